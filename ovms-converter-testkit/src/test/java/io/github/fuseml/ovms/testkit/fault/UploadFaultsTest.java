package io.github.fuseml.ovms.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.testkit.fault.RawClient.Answer;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The faults of writes, in front of servers that can be written to. */
@Timeout(60)
class UploadFaultsTest {
  private static FakeGcsServer gcs;

  private FaultProxy proxy;

  @BeforeAll
  static void start() {
    gcs = FakeGcsServer.start();
    gcs.createBucket("bucket");
  }

  @AfterAll
  static void stop() {
    gcs.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.inFrontOf(gcs.url());
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void givenALostAnswerWhenWrittenThenItIsWrittenAndNothingComesBack() throws IOException {
    proxy.inject(RequestMatch.method("POST"), Fault.dropAnswer());

    Answer answer = RawClient.send("POST", upload("lost"), "content");

    assertThat(answer.head()).isEmpty();
    assertThat(read("lost").text()).isEqualTo("content");
  }

  @Test
  void givenAnUploadThatIsCutWhenWrittenThenNothingIsThere() throws IOException {
    proxy.inject(RequestMatch.method("POST"), Fault.cutUploadAfter(3));

    Answer answer = RawClient.send("POST", upload("cut"), "content");

    assertThat(answer.head()).isEmpty();
    assertThat(read("cut").status()).isEqualTo(404);
  }

  @Test
  void givenAFlippedByteWhenWrittenThenTheServerHasIt() throws IOException {
    proxy.inject(RequestMatch.method("POST"), Fault.flipUploadedByte(1));

    RawClient.send("POST", upload("flipped"), "content");

    assertThat(read("flipped").text()).isEqualTo("cnntent");
  }

  @Test
  void givenChunksWhenWrittenThenTheyArrive() throws IOException {
    URI url = upload("chunks");

    Answer answer = RawClient.exchange(
        url,
        "POST " + url.getPath() + "?" + url.getQuery()
            + " HTTP/1.1\r\nHost: " + url.getAuthority()
            + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(read("chunks").text()).isEqualTo("abcde");
  }

  @Test
  void givenAClientThatWaitsForALeaveWhenWrittenThenItGetsIt() throws IOException {
    Answer answer = RawClient.send("POST", upload("waits"), "content", "Expect: 100-continue");

    assertThat(answer.status()).isEqualTo(100);
    assertThat(answer.text()).startsWith("HTTP/1.1 200");
    assertThat(read("waits").text()).isEqualTo("content");
  }

  @Test
  void givenASignedRequestWhenPassedOnThenTheSignatureHolds(@TempDir Path directory)
      throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[6_000_000]);
    try (MinioServer minio = MinioServer.start();
        FaultProxy signed = FaultProxy.inFrontOf(minio.url())) {
      minio.createBucket("bucket");

      minio.mcThrough(signed.url(), "cp", file.toString(), "server/bucket/key");

      assertThat(minio.mc("ls", "server/bucket")).contains("5.7MiB");
      assertThat(signed.requests()).anyMatch(request -> request.method().equals("PUT"));
      signed.inject(RequestMatch.any(), Fault.answer(403));
      assertThatThrownBy(() -> minio.mcThrough(signed.url(), "ls", "server/bucket"))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private URI upload(String name) {
    return proxy.url("/upload/storage/v1/b/bucket/o?uploadType=media&name=" + name);
  }

  private static Answer read(String name) throws IOException {
    return RawClient.get(gcs.url("/storage/v1/b/bucket/o/" + name + "?alt=media"));
  }
}
