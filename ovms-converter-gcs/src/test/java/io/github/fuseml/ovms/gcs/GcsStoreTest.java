package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.FaultRule;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the store does when the way to it, or what is asked of it, is not as it should be. */
@Timeout(60)
class GcsStoreTest {
  private static final Location MODEL = Location.of("gs://bucket/model");
  private static FakeGcsServer server;

  @TempDir
  Path directory;

  private FaultProxy proxy;
  private ArtifactStore store;

  @BeforeAll
  static void start() {
    server = FakeGcsServer.start();
    server.createBucket("bucket");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.inFrontOf(server.url());
    store = open(Map.of("endpoint", proxy.url("").toString(), "requestTimeout", "5s"));
    store.delete(MODEL);
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  private static ArtifactStore open(Map<String, String> settings) {
    return new GcsStoreProvider().open(StoreSettings.of(settings), StoreRole.OUTPUT);
  }

  private Path file(int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return Files.write(directory.resolve("content-" + size), content);
  }

  @Test
  void givenAnObjectThenItsChecksumsComeWithoutARequest() throws IOException {
    Artifact written = store.write(MODEL, file(1000), WriteMode.REPLACE);
    int requests = proxy.requests().size();

    assertThat(store.checksums(written))
        .extracting(Checksum::algorithm)
        .containsExactly(ChecksumAlgorithm.CRC32C, ChecksumAlgorithm.MD5);
    assertThat(proxy.requests()).hasSize(requests);
  }

  @Test
  void givenABusyServiceWhenItIsAskedThenItIsAskedAgain() throws IOException {
    store.write(MODEL, file(1000), WriteMode.REPLACE);
    FaultRule busy =
        proxy.inject(RequestMatch.method("GET").first(2), Fault.answer(503, Duration.ofSeconds(1)));

    assertThat(store.find(MODEL)).isPresent();
    assertThat(busy.applied()).isEqualTo(2);
  }

  @Test
  void givenAServiceThatFailsForGoodThenTheErrorSaysSoAndThatARetryMayHelp() {
    ArtifactStore once = open(Map.of("endpoint", proxy.url("").toString(), "maxAttempts", "1"));
    proxy.inject(RequestMatch.method("GET"), Fault.answer(503));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> once.find(MODEL))
        .withMessageContaining("503")
        .matches(OvmsConverterException::isRetryable);
  }

  @Test
  void givenABodyThatIsCutThenItIsAnErrorAndNeverTheEnd() throws IOException {
    Artifact written = store.write(MODEL, file(100_000), WriteMode.REPLACE);
    proxy.inject(RequestMatch.method("GET").path("alt=media"), Fault.cutAfter(5000));

    try (InputStream in = store.read(written, 0, -1)) {
      assertThatExceptionOfType(IOException.class).isThrownBy(in::readAllBytes);
    }
  }

  @Test
  void givenABodyThatStallsWhenAnotherThreadClosesItThenTheReaderWakes() throws Exception {
    Artifact written = store.write(MODEL, file(200_000), WriteMode.REPLACE);
    proxy.inject(
        RequestMatch.method("GET").path("alt=media"),
        Fault.stallAfter(1000, Duration.ofSeconds(30)));

    InputStream in = store.read(written, 0, -1);
    CompletableFuture<Throwable> reader = CompletableFuture.supplyAsync(
        () -> catchThrowableOfType(IOException.class, in::readAllBytes));
    Thread.sleep(200); // Long enough to be waiting; if it is not, it finds the stream closed.
    in.close();

    assertThat(reader.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
  }

  @Test
  void givenALostAnswerWhenAnObjectWasCreatedThenItIsRecognisedAsOurOwn() throws IOException {
    FaultRule lost = proxy.inject(RequestMatch.method("PUT").first(1), Fault.dropAnswer());

    Artifact written = store.write(MODEL, file(1000), WriteMode.CREATE_ONLY);

    assertThat(lost.applied()).isEqualTo(1);
    assertThat(store.find(MODEL)).contains(written);
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store.write(MODEL, file(1000), WriteMode.CREATE_ONLY));
  }

  @Test
  void givenAByteThatIsChangedOnTheWayUpThenNothingIsLeft() throws IOException {
    proxy.inject(RequestMatch.method("PUT"), Fault.flipUploadedByte(10));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(MODEL, file(1000), WriteMode.CREATE_ONLY))
        .withMessageContaining("checksum");

    assertThat(store.find(MODEL)).isEmpty();
  }

  @Test
  void givenALargeFileWhenWrittenThenItGoesUpInChunksAndArrives() throws IOException {
    Artifact written = store.write(MODEL, file(20 << 20), WriteMode.CREATE_ONLY);

    assertThat(written.size()).isEqualTo(20L << 20);
    assertThat(proxy.requests().stream().filter(request -> request.method().equals("PUT")))
        .hasSize(3);
    try (InputStream in = store.read(written, (20 << 20) - 5, 5)) {
      byte[] all = Files.readAllBytes(file(20 << 20));
      assertThat(in.readAllBytes())
          .isEqualTo(java.util.Arrays.copyOfRange(all, all.length - 5, all.length));
    }
  }

  @Test
  void givenNoSuchBucketThenTheErrorNamesIt() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> store.list(Location.of("gs://missing-bucket/model")));
    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() ->
            store.write(Location.of("gs://missing-bucket/model"), file(10), WriteMode.CREATE_ONLY));
  }

  @Test
  void givenAServiceThatRefusesThenTheReasonTellsWhatIsWrong() {
    proxy.inject(RequestMatch.method("GET"), Fault.answer(401));
    assertThat(catchThrowableOfType(AccessDeniedException.class, () -> store.list(MODEL))
            .reason())
        .isEqualTo(AccessDeniedException.Reason.CREDENTIALS_REFUSED);

    proxy.clearRules();
    proxy.inject(RequestMatch.method("GET"), Fault.answer(403));
    assertThat(catchThrowableOfType(AccessDeniedException.class, () -> store.list(MODEL))
            .reason())
        .isEqualTo(AccessDeniedException.Reason.RIGHTS);
  }

  @Test
  void givenNobodyAtTheEndpointThenTheErrorSaysSo() {
    proxy.refuseConnections();

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> open(Map.of("endpoint", proxy.url("").toString(), "maxAttempts", "1"))
            .list(MODEL));
  }

  @Test
  void givenACertificateOfAnAuthorityThenItIsTrustedOnlyWhenTheAuthorityIsGiven() {
    try (FakeGcsServer secure = FakeGcsServer.startTls(TestCertificates.localhost())) {
      secure.createBucket("bucket");
      String endpoint = secure.url().toString();

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(
              () -> open(Map.of("endpoint", endpoint, "maxAttempts", "1")).list(MODEL))
          .withMessageContaining("authority");
      assertThat(open(Map.of(
                  "endpoint",
                  endpoint,
                  "caCertificate",
                  TestCertificates.authority().toString()))
              .list(MODEL))
          .isEmpty();
    }
  }

  @Test
  void givenAnHmacKeyThenTheS3CompatibleInterfaceIsUsed() throws IOException {
    try (MinioServer minio = MinioServer.start();
        ArtifactStore interop = open(Map.of(
            "accessKeyId", MinioServer.ACCESS_KEY,
            "secretAccessKey", MinioServer.SECRET_KEY,
            "s3Endpoint", minio.url().toString()))) {
      minio.createBucket("bucket");

      interop.write(MODEL, file(1000), WriteMode.REPLACE);

      assertThat(interop.list(Location.of("gs://bucket")))
          .extracting(Artifact::location)
          .containsExactly(MODEL);
    }
  }

  @Test
  void givenAKeyOfAwsThenItIsNotTakenForOneOfGoogle() {
    StoreSettings aws = StoreSettings.of(Map.of(
        "accessKeyId", "AKIAIOSFODNN7EXAMPLE",
        "secretAccessKey", "hush",
        "s3Endpoint", "s3.amazonaws.com",
        "credentials", "auto"));

    assertThat(new GcsStoreProvider().endpoint(MODEL, aws).orElseThrow())
        .hasToString("https://storage.googleapis.com");
  }

  @Test
  void givenWrongSettingsThenTheyAreRefusedWithoutTheirValues() {
    assertRefused(Map.of("endpoint", "http://user:hush@host"), "endpoint");
    assertRefused(Map.of("accessKeyId", "GOOG1E"), "secretAccessKey");
    assertRefused(Map.of("credentials", "hmac"), "accessKeyId");
    assertRefused(Map.of("credentialsFile", directory.resolve("none").toString()), "no such file");
  }

  private static void assertRefused(Map<String, String> settings, String named) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open(settings))
        .withMessageContaining(named)
        .withMessageNotContaining("hush");
  }

  @Test
  void givenAFileWithoutCredentialsThenItIsRefusedWithoutWhatIsInIt() throws IOException {
    Path broken = Files.writeString(directory.resolve("key.json"), "{\"private_key\": \"hush\"}");

    assertRefused(Map.of("credentialsFile", broken.toString()), "no credentials");
  }
}
