package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Makes objects behind the store's back. */
final class RawObjects {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RawObjects() {}

  /** Makes or replaces an object of any name. */
  static void put(FakeGcsServer server, String location, byte[] content) {
    String[] parts = location.split("/", 4); // gs:, nothing, the bucket, the name
    send(
        server.url("/upload/storage/v1/b/" + parts[2] + "/o?uploadType=media&name="
            + URLEncoder.encode(parts[3], StandardCharsets.UTF_8)),
        content);
  }

  private static void send(URI uri, byte[] content) {
    HttpRequest request =
        HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(content)).build();
    try {
      HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(response.statusCode() + ": " + response.body());
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
