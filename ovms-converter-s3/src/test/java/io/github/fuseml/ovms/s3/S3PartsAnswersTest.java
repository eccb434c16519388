package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers to the steps of an upload in parts that no server gives on request. */
class S3PartsAnswersTest {
  private static final Location OBJECT = Location.of("s3://bucket/model/a");
  private static final int SIZE = 6 << 20;

  private static final String BEGUN = "<InitiateMultipartUploadResult><Bucket>bucket</Bucket>"
      + "<UploadId>upload&amp;1</UploadId></InitiateMultipartUploadResult>";

  private static final String DONE = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      + "<CompleteMultipartUploadResult><Key>model/a</Key></CompleteMultipartUploadResult>";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> digests = new CopyOnWriteArrayList<>();
  private final List<String> signed = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private ArtifactStore store;
  private Path file;
  private volatile String begun = BEGUN;
  private volatile String ended = DONE;
  private volatile boolean there = true;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    file = directory.resolve("a");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(SIZE);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    store = open("false");
  }

  private ArtifactStore open(String signPayload) {
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
    StoreSettings settings = Stores.settings(
        endpoint,
        "id",
        "secret",
        "uploadPartSize",
        "5MiB",
        "maxAttempts",
        "1",
        "signPayload",
        signPayload);
    return new S3StoreProvider().open(settings, StoreRole.OUTPUT);
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n \n "})
  void givenBlanksBeforeTheEndWhenWrittenThenItIsDone(String blanks) {
    // given
    ended = blanks + DONE;
    // when
    Artifact written = store.write(OBJECT, file, WriteMode.REPLACE);
    // then
    assertThat(written.size()).isEqualTo(SIZE);
    assertThat(asked)
        .contains("POST uploads=", "PUT partNumber=1&uploadId=upload%261")
        .contains("PUT partNumber=2&uploadId=upload%261", "POST uploadId=upload%261")
        .noneMatch(request -> request.startsWith("DELETE"));
    assertThat(bodies)
        .singleElement()
        .asString()
        .containsSubsequence(
            "<PartNumber>1<", "<ETag>\"part-1\"<", "<PartNumber>2<", "<ETag>\"part-2\"<");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n "})
  void givenGoodStatusWithAnErrorBehindItWhenWrittenThenItFailsAndIsAborted(String blanks) {
    // given
    ended = blanks + "<Error><Code>InternalError</Code><Message>No disk.</Message></Error>";
    there = false;
    // when, then
    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(OBJECT, file, WriteMode.REPLACE))
        .withMessageContaining("InternalError, No disk");
    assertThat(asked).contains("DELETE uploadId=upload%261");
  }

  @Test
  void givenASignedPayloadWhenWrittenThenEachPartIsSignedWithItsDigest() {
    try (ArtifactStore signing = open("true")) {
      // when
      signing.write(OBJECT, file, WriteMode.REPLACE);
    }
    // then: of 5 and of 1 MiB of zeros
    assertThat(digests)
        .containsExactlyInAnyOrder(
            "c036cbb7553a909f8b8877d4461924307f27ecb66cff928eeeafd569c3887e29",
            "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58");
  }

  @Test
  void givenAnUnsignedPayloadWhenWrittenThenTheChecksumOfEachPartIsSigned() {
    // when
    store.write(OBJECT, file, WriteMode.REPLACE);
    // then
    assertThat(digests).containsExactly("UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD");
    assertThat(signed).hasSize(2).allMatch(headers -> headers.contains("x-amz-checksum-crc32c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Sign in</html>",
        "<InitiateMultipartUploadResult></InitiateMultipartUploadResult>",
        "<InitiateMultipartUploadResult><UploadId>x"
      })
  void givenNoIdentifierWhenWrittenThenNothingIsSent(String answer) {
    // given
    begun = answer;
    // when, then
    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(OBJECT, file, WriteMode.REPLACE))
        .withMessageContaining("the answer");
    assertThat(asked).containsExactly("POST uploads=");
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String query = exchange.getRequestURI().getRawQuery();
    String request = exchange.getRequestMethod() + (query == null ? "" : " " + query);
    asked.add(request);
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        boolean first = request.equals("POST uploads=");
        if (!first) {
          bodies.add(new String(body, StandardCharsets.UTF_8));
        }
        send(exchange, 200, Map.of(), first ? begun : ended);
      }
      case "PUT" -> {
        digests.add(exchange.getRequestHeaders().getFirst("x-amz-content-sha256"));
        signed.add(exchange.getRequestHeaders().getFirst("Authorization"));
        char part = query.charAt("partNumber=".length());
        send(exchange, 200, Map.of("ETag", "\"part-" + part + "\""), "");
      }
      case "HEAD" -> send(exchange, there ? 200 : 404, Map.of("ETag", "\"whole\""), "");
      default -> send(exchange, 204, Map.of(), "");
    }
  }

  private static void send(
      HttpExchange exchange, int status, Map<String, String> headers, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    headers.forEach(exchange.getResponseHeaders()::set);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(SIZE));
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
