package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The servers that tests of one JVM share, each started when it is asked for; they end with the JVM. */
final class Servers {
  static final String BUCKET = "artifacts";

  private Servers() {}

  /** One that keeps artifacts in files and hands them out itself. */
  static MlflowServer files() {
    return Files.SERVER;
  }

  /** One that keeps artifacts in MinIO and hands them out itself. */
  static MlflowServer overS3() {
    return OverS3.SERVER;
  }

  /** One whose clients read and write MinIO by themselves. */
  static MlflowServer directS3() {
    return DirectS3.SERVER;
  }

  static MinioServer minio() {
    return Minio.SERVER;
  }

  private static final class Minio {
    static final MinioServer SERVER = MinioServer.start();

    static {
      SERVER.createBucket(BUCKET);
    }
  }

  private static final class Files {
    static final MlflowServer SERVER = MlflowServer.setup().start();
  }

  private static final class OverS3 {
    static final MlflowServer SERVER =
        MlflowServer.setup().artifactsIn(Minio.SERVER, BUCKET).start();
  }

  /** One that wants a user, and has a static prefix. */
  static MlflowServer guarded() {
    return Guarded.SERVER;
  }

  private static final class Guarded {
    static final MlflowServer SERVER =
        MlflowServer.setup().basicAuth().staticPrefix("/ml").start();
  }

  private static final class DirectS3 {
    static final MlflowServer SERVER =
        MlflowServer.setup().artifactsIn(Minio.SERVER, BUCKET).direct().start();
  }

  /** The settings of a tracking server, and more. */
  static StoreSettings settings(MlflowServer server, String... namesAndValues) {
    return settings(server.trackingUri(), namesAndValues);
  }

  static StoreSettings settings(String trackingUri, String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("trackingUri", trackingUri);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return StoreSettings.of(values);
  }

  /** The settings of a server whose artifacts are in MinIO, with what is needed to read them there. */
  static StoreSettings directSettings(String... more) {
    return settings(directS3(), more)
        .with(StoreSettings.of(Map.of(
            "s3.endpoint",
            minio().url().toString(),
            "s3.accessKeyId",
            MinioServer.ACCESS_KEY,
            "s3.secretAccessKey",
            MinioServer.SECRET_KEY)));
  }

  /** What a server answers to a request of its administrator. */
  static JsonObject rest(MlflowServer server, String method, String path, String body) {
    String user = MlflowServer.USERNAME + ":" + MlflowServer.PASSWORD;
    HttpRequest request = HttpRequest.newBuilder(
            URI.create(server.trackingUri() + "/api/2.0/mlflow/" + path))
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .header("Content-Type", "application/json")
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
        .build();
    try {
      String answer = HttpClient.newHttpClient()
          .send(request, HttpResponse.BodyHandlers.ofString())
          .body();
      return JsonParser.parseString(answer).getAsJsonObject();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("cannot ask " + server, e);
    }
  }

  /** The tags of a version of a registered model. */
  static Map<String, String> tags(MlflowServer server, String name, String version) {
    JsonObject answer =
        rest(server, "GET", "model-versions/get?name=" + name + "&version=" + version, "");
    Map<String, String> tags = new HashMap<>();
    for (JsonObject tag : Json.list(answer.getAsJsonObject("model_version"), "tags")) {
      tags.put(tag.get("key").getAsString(), tag.get("value").getAsString());
    }
    return tags;
  }
}
