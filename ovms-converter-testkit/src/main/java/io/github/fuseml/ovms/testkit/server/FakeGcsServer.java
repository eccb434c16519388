package io.github.fuseml.ovms.testkit.server;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * fake-gcs-server: Google Cloud Storage's JSON API, without any check of credentials. Its data is in
 * files, so that it lasts over a restart.
 */
public final class FakeGcsServer extends LocalServer {
  private final boolean inMemory;

  private FakeGcsServer(@Nullable ServerCertificate certificate, boolean inMemory) {
    super("fake-gcs-server", certificate);
    this.inMemory = inMemory;
  }

  /**
   * Starts one that speaks plain HTTP.
   *
   * @return a server that answers, without buckets
   */
  public static FakeGcsServer start() {
    return start(null);
  }

  /**
   * Starts one that keeps its objects in memory: there an object and a directory can have the same
   * name, as in Google's own store, and a restart loses everything.
   *
   * @return a server that answers, without buckets
   */
  public static FakeGcsServer startInMemory() {
    FakeGcsServer server = new FakeGcsServer(null, true);
    server.launch();
    return server;
  }

  /**
   * Starts one that speaks TLS.
   *
   * @param certificate what it shows, such as {@link TestCertificates#localhost()}
   * @return a server that answers, without buckets
   */
  public static FakeGcsServer startTls(ServerCertificate certificate) {
    return start(certificate);
  }

  private static FakeGcsServer start(@Nullable ServerCertificate certificate) {
    FakeGcsServer server = new FakeGcsServer(certificate, false);
    server.launch();
    return server;
  }

  @Override
  List<String> command() {
    List<String> command = new ArrayList<>(List.of(
        Installed.pinned("fake-gcs-server").toString(),
        "-scheme",
        url().getScheme(),
        "-host",
        "127.0.0.1",
        "-port",
        Integer.toString(port()),
        "-public-host",
        "127.0.0.1:" + port(),
        "-external-url",
        url().toString(),
        "-backend",
        inMemory ? "memory" : "filesystem"));
    if (!inMemory) {
      command.addAll(List.of("-filesystem-root", directory().resolve("data").toString()));
    }
    ServerCertificate certificate = certificate();
    if (certificate != null) {
      command.addAll(List.of(
          "-cert-location", certificate.certificate().toString(),
          "-private-key-location", certificate.key().toString()));
    }
    return command;
  }

  @Override
  boolean answers() {
    return Answers.http(url("/_internal/healthcheck"));
  }

  /**
   * Makes a bucket.
   *
   * @param bucket its name
   */
  public void createBucket(String bucket) {
    JsonObject body = new JsonObject();
    body.addProperty("name", bucket);
    send("POST", "/storage/v1/b?project=test", body);
  }

  /**
   * Tells under which address clients reach it, when that is a proxy's: the links in the descriptions
   * of objects are made from it. Where a resumable upload goes on needs no telling, for it is made
   * from the request's {@code Host}. A restart forgets it.
   *
   * @param url the address without a path
   */
  public void reachedAt(URI url) {
    JsonObject body = new JsonObject();
    body.addProperty("externalUrl", url.toString());
    body.addProperty("publicHost", url.getAuthority());
    send("PUT", "/_internal/config", body);
  }

  private void send(String method, String path, JsonObject body) {
    HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (certificate() != null) {
      client.sslContext(TestCertificates.sslContext());
    }
    HttpRequest request = HttpRequest.newBuilder(url(path))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body.toString()))
        .build();
    try {
      HttpResponse<String> response = client.build().send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(method + " " + path + " was answered with "
            + response.statusCode() + ": " + response.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reach " + this, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + this, e);
    }
  }
}
