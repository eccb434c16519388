package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that the servers of the other tests do not give: those of AWS itself, and of a server that
 * holds hostile keys or damages what it stores. They are written down here.
 */
class S3AnswersTest {
  private static final Location OBJECT = Location.of("s3://bucket/model/a");
  private static final String MD5 = "0123456789abcdef0123456789abcdef";

  private HttpServer server;
  private ArtifactStore store;

  /** What the next answers are, by the request's method. */
  private Map<String, Answer> answers;

  private record Answer(int status, Map<String, String> headers, String body) {}

  @TempDir
  private Path directory;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    store = new S3StoreProvider()
        .open(
            Stores.settings("http://127.0.0.1:" + server.getAddress().getPort(), "id", "secret"),
            StoreRole.OUTPUT);
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    Answer answer = answers.get(exchange.getRequestMethod());
    exchange.getResponseHeaders().set("x-amz-request-id", "1");
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    boolean none = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(answer.status(), none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "a/../b", "./a", "a//b", "/a", "a\\b", "a/./b", ".."})
  void givenAHostileKeyWhenListedThenItIsRefused(String path) {
    answers = Map.of("GET", listing("model/" + path));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()))
        .withMessageContaining("no safe path");
  }

  @Test
  void givenANulInAKeyWhenListedThenItIsRefused() {
    answers = Map.of("GET", listing("model/a%00b"));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()));
  }

  @Test
  void givenAnObjectAndADirectoryOfOneNameWhenListedThenBothAreThere() {
    answers = Map.of("GET", listing("model/a", "model/a/b", "model/a.b", "model/c/"));

    assertThat(store.list(OBJECT.parent()))
        .extracting(Artifact::path)
        .containsExactly("a", "a.b", "a/b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html><body>Sign in</body></html> | no ListBucketResult but a 'html'",
        "Sign in | is no XML",
        "<ListBucketResult><Contents><Key>model/a</Key><Size>1</Size> | is cut",
        "<ListBucketResult><Contents><Key>model/a</Key></Contents></ListBucketResult> | a size",
        "<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>"
            + " | a size that is no number",
        "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1</Size>"
            + "</Contents></ListBucketResult> | not encoded",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult> | from where",
        "<!DOCTYPE a [<!ENTITY b 'model/a'>]><ListBucketResult><Contents><Key>&b;</Key><Size>1"
            + "</Size></Contents></ListBucketResult> | is no XML",
      })
  void givenAnAnswerThatIsNoWholeListingThenWhatIsWrongIsSaid(String body, String found) {
    answers = Map.of("GET", new Answer(200, Map.of("Content-Type", "application/xml"), body));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()))
        .withMessageContaining(found);
  }

  @Test
  void givenAServiceThatSendsOnePageForEverThenItsListingEnds() {
    answers = Map.of(
        "GET",
        new Answer(
            200,
            Map.of(),
            "<ListBucketResult><IsTruncated>true</IsTruncated>"
                + "<NextContinuationToken>again</NextContinuationToken></ListBucketResult>"));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()))
        .withMessageContaining("the same page");
  }

  @Test
  void givenNamesThatAreNotEncodedWhenListedThenTheyAreTakenAsTheyStand() {
    answers = Map.of("GET", new Answer(200, Map.of(), """
            <?xml version="1.0"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Contents>
                <Key>model/a+b%20&amp;&#233;</Key><Size> 1 </Size>
                <Owner><ID>of nobody's interest</ID></Owner>
              </Contents>
            </ListBucketResult>
            """));

    assertThat(store.list(OBJECT.parent()))
        .extracting(Artifact::path)
        .containsExactly("a+b%20&\u00e9");
  }

  @ParameterizedTest
  @CsvSource({
    "400, ExpiredToken, The provided token has expired., expired",
    "403, InvalidAccessKeyId, The key does not exist., access key",
    "403, SignatureDoesNotMatch, The signature does not match., secret",
  })
  void givenARefusalOfTheCredentialsThenItsReasonIsToldForEachMethod(
      int status, String code, String message, String found) {
    answers = Map.of(
        "GET", error(status, code, message),
        "HEAD", new Answer(status, Map.of(), ""),
        "PUT", error(status, code, message));

    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> store.find(OBJECT))
        .withMessageContaining(found)
        .matches(e -> e.reason() == Reason.CREDENTIALS_REFUSED);
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()))
        .withMessageContaining(found)
        .matches(e -> e.reason() == Reason.CREDENTIALS_REFUSED);
  }

  @Test
  void givenAnotherRegionThenTheRightOneIsNamed() {
    answers = Map.of(
        "GET",
        error(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region 'us-east-1' is wrong; expecting"
                + " 'eu-west-1'"),
        "HEAD",
        new Answer(301, Map.of("x-amz-bucket-region", "eu-central-1"), ""));

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()))
        .withMessageContaining("set 'region' to 'eu-west-1'");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> store.find(OBJECT))
        .withMessageContaining("set 'region' to 'eu-west-1'");
  }

  @Test
  void givenARedirectionThenTheRightRegionIsNamed() {
    answers = Map.of(
        "GET",
        new Answer(
            301,
            Map.of("x-amz-bucket-region", "eu-central-1"),
            "<Error><Code>PermanentRedirect</Code><Message>Elsewhere.</Message></Error>"));

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> store.list(OBJECT.parent()))
        .withMessageContaining("the bucket is in the region 'eu-central-1', not in 'us-east-1'");
  }

  @Test
  void givenAnArchivedObjectWhenReadThenThatIsSaid() {
    answers = Map.of("GET", error(403, "InvalidObjectState", "Not in that class."));

    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> store.read(new Artifact(OBJECT, "a", 10, MD5), 0, -1))
        .withMessageContaining("archived");
  }

  @Test
  void givenAChecksumOfThePartsThenItIsNoneOfTheWhole() {
    answers = Map.of(
        "HEAD",
        head(
            Map.of("x-amz-checksum-crc32c", "4waSgw==-3", "x-amz-checksum-type", "COMPOSITE"),
            "x-3"));

    assertThat(store.checksums(new Artifact(OBJECT, "a", 10, "x-3"))).isEmpty();
  }

  @Test
  void givenKeysOfTheServiceThenAnETagIsNoMd5() {
    answers = Map.of("HEAD", head(Map.of("x-amz-server-side-encryption", "aws:kms"), MD5));
    assertThat(store.checksums(new Artifact(OBJECT, "a", 10, MD5))).isEmpty();

    answers = Map.of("HEAD", head(Map.of(), MD5));
    assertThat(store.checksums(new Artifact(OBJECT, "a", 10, MD5)))
        .containsExactly(new Checksum(ChecksumAlgorithm.MD5, MD5));
  }

  @Test
  void givenChecksumsOfGooglesThenTheyAreRead() {
    answers = Map.of(
        "HEAD",
        head(Map.of("x-goog-hash", "crc32c=4waSgw==,md5=ASNFZ4mrze8BI0VniavN7w=="), "opaque"));

    assertThat(store.checksums(new Artifact(OBJECT, "a", 10, "opaque")))
        .containsExactlyInAnyOrder(
            new Checksum(ChecksumAlgorithm.CRC32C, "e3069283"),
            new Checksum(ChecksumAlgorithm.MD5, MD5));
  }

  @Test
  void givenAServiceThatStoresOtherBytesWhenWrittenThenItIsNoticed() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "content");
    for (Map<String, String> told : List.of(
        Map.of("ETag", '"' + MD5 + '"'), // It knows nothing of checksums.
        Map.of("ETag", "\"opaque\"", "x-amz-checksum-crc32c", "AAAAAA=="))) {
      answers = Map.of("PUT", new Answer(200, told, ""), "DELETE", new Answer(204, Map.of(), ""));

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.write(OBJECT, file, WriteMode.REPLACE))
          .withMessageContaining("not that of what was sent");
    }
  }

  @Test
  void givenAnObjectThatIsGoneWhenItsChecksumsAreAskedForThenItIsNotFound() {
    answers = Map.of("HEAD", new Answer(404, Map.of(), ""));

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> store.checksums(new Artifact(OBJECT, "a", 10, MD5)));
  }

  private static Answer error(int status, String code, String message) {
    return new Answer(
        status,
        Map.of("Content-Type", "application/xml"),
        "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
  }

  private static Answer head(Map<String, String> more, String etag) {
    Map<String, String> headers = new java.util.HashMap<>(more);
    headers.put("ETag", '"' + etag + '"');
    return new Answer(200, headers, "");
  }

  private static Answer listing(String... keys) {
    StringBuilder xml = new StringBuilder("<ListBucketResult><Name>bucket</Name>"
        + "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>");
    for (String key : keys) {
      xml.append("<Contents><Key>")
          .append(key)
          .append("</Key><ETag>&quot;x&quot;</ETag><Size>1</Size></Contents>");
    }
    return new Answer(200, Map.of("Content-Type", "application/xml"), xml + "</ListBucketResult>");
  }
}
