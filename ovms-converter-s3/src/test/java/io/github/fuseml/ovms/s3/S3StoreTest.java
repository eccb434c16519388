package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.server.MinioPolicy;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.VersityServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** What only object stores have, on real servers. */
class S3StoreTest {
  private static final int MIB = 1 << 20;
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static MinioServer server;
  private static VersityServer versity;

  private final Location base = Location.of("s3://store/base-" + NAMES.incrementAndGet());

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    server = MinioServer.start();
    server.createBucket("store");
    versity = VersityServer.start();
    versity.createBucket("store");
  }

  @AfterAll
  static void stop() {
    server.close();
    versity.close();
  }

  @Test
  void givenADirectorysMarkerThenItIsADirectoryAndNoArtifact() {
    try (ArtifactStore store = minio();
        S3Session session =
            new S3Session(S3Settings.of(Stores.settings(server)), S3Dialect.S3, true)) {
      store.write(base.resolve("model/a"), file(1), WriteMode.REPLACE);
      session
          .client()
          .putObject(
              request -> request.bucket("store").key(base.name() + "/model/empty/"),
              RequestBody.empty());

      assertThat(store.list(base)).extracting(Artifact::path).containsExactly("model/a");
      assertThat(store.listDirectories(base.resolve("model"))).containsExactly("empty");
      assertThat(store.exists(base.resolve("model/empty"))).isTrue();
      assertThat(store.find(base.resolve("model/empty/"))).isEmpty();
    }
  }

  @Test
  void givenControlCharactersInAKeyWhenListedThenTheyAreTakenLiterally() {
    try (ArtifactStore store = minio()) {
      Location location = base.resolve("a\u0001b\tc\nd");
      store.write(location, file(3), WriteMode.CREATE_ONLY);

      assertThat(store.list(base)).extracting(Artifact::location).containsExactly(location);
      assertThat(store.find(location)).isPresent();
    }
  }

  @Test
  void givenALargeUploadWhenItIsThereThenTheServiceKnowsTheChecksumOfTheWhole() {
    for (boolean second : new boolean[] {false, true}) {
      try (ArtifactStore store =
          second ? versity("uploadPartSize", "5MiB") : minio("uploadPartSize", "5MiB")) {
        Path file = file(17 * MIB + 5);

        Artifact written = store.write(base.resolve("large"), file, WriteMode.CREATE_ONLY);

        assertThat(written.revision()).endsWith("-4");
        List<Checksum> checksums = store.checksums(written);
        assertThat(checksums).contains(crc32c(file));
        assertThat(checksums).extracting(Checksum::algorithm).doesNotContain(ChecksumAlgorithm.MD5);
        assertThat(content(store, written)).isEqualTo(bytes(file));
      }
    }
  }

  @Test
  void givenUploadsThatWereNeverCompletedWhenWhatIsAbandonedGoesThenThoseOfThatPlaceGo() {
    try (ArtifactStore store = minio();
        S3Session session =
            new S3Session(S3Settings.of(Stores.settings(server)), S3Dialect.S3, true)) {
      begin(session, "/1/m.bin");
      begin(session, "/1/m.bin2");

      assertThat(store.removeAbandoned(base.resolve("1/m.bin"), Duration.ofHours(1)))
          .isZero();
      assertThat(store.removeAbandoned(base.resolve("1/m.bin"), Duration.ZERO)).isEqualTo(1);
      assertThat(store.removeAbandoned(base.resolve("1/m.bin"), Duration.ZERO)).isZero();
      assertThat(store.removeAbandoned(base.resolve("1/m.bin2"), Duration.ZERO)).isEqualTo(1);
    }
  }

  @Test
  void givenAServerThatListsUploadsByPrefixWhenWhatIsAbandonedGoesThenItIsAllBelowAndNoMore() {
    try (ArtifactStore store = versity();
        S3Session session =
            new S3Session(S3Settings.of(Stores.settings(versity)), S3Dialect.S3, true)) {
      begin(session, "/m/1/m.bin");
      begin(session, "/m/2/m.bin");
      begin(session, "/m2/1/m.bin");

      assertThat(store.removeAbandoned(base.resolve("m"), Duration.ZERO)).isEqualTo(2);
      assertThat(store.removeAbandoned(base, Duration.ZERO)).isEqualTo(1);
    }
  }

  private void begin(S3Session session, String key) {
    session
        .client()
        .createMultipartUpload(request -> request.bucket("store").key(base.name() + key));
  }

  @Test
  void givenASmallObjectWhenItsChecksumIsAskedForThenItIsItsMd5AndOneRequestServesTheBucket()
      throws Exception {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url());
        ArtifactStore store = through(proxy)) {
      Path file = file(1000);
      server.put(file, "store", base.name() + "/a");
      server.put(file, "store", base.name() + "/b");
      List<Artifact> found = store.list(base);
      proxy.clearRequests();
      Checksum md5 = new Checksum(
          ChecksumAlgorithm.MD5,
          HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes(file))));

      assertThat(store.checksums(found.get(0))).contains(md5);
      assertThat(store.checksums(found.get(1))).containsExactly(md5);

      assertThat(proxy.requests()).hasSize(1);
    }
  }

  @Test
  void givenAnObjectThatHasChangedWhenItsChecksumsAreAskedForThenThatIsSaid() {
    try (ArtifactStore store = minio()) {
      Artifact old = store.write(base.resolve("a"), file(10), WriteMode.REPLACE);
      store.write(base.resolve("a"), file(11), WriteMode.REPLACE);

      assertThatExceptionOfType(TransferException.class).isThrownBy(() -> store.checksums(old));
    }
  }

  @Test
  void givenALargeFileThatExistsWhenCreatedThenNothingIsSentBeforeTheConflict() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url());
        ArtifactStore store = through(proxy, "uploadPartSize", "5MiB")) {
      store.write(base.resolve("a"), file(10), WriteMode.CREATE_ONLY);
      proxy.clearRequests();

      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> store.write(base.resolve("a"), file(11 * MIB), WriteMode.CREATE_ONLY));

      assertThat(proxy.requests()).extracting(request -> request.method()).containsOnly("HEAD");
    }
  }

  @Test
  void givenManySmallFilesWhenWrittenThenEachTakesOneRequest() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url());
        ArtifactStore store = through(proxy)) {
      for (int i = 0; i < 5; i++) {
        store.write(base.resolve("" + i), file(i), WriteMode.CREATE_ONLY);
      }
      assertThat(proxy.requests()).hasSize(5);
    }
  }

  @Test
  void givenStreamsThatAreLeftEarlyThenTheirConnectionsAreNotLost() throws IOException {
    try (ArtifactStore store = minio()) {
      Artifact written = store.write(base.resolve("a"), file(2 * MIB), WriteMode.REPLACE);
      for (int i = 0; i < 300; i++) { // More than the pool has connections.
        try (InputStream in = store.read(written, 0, -1)) {
          assertThat(in.read()).isNotNegative();
        }
      }
      assertThat(content(store, written)).hasSize(2 * MIB);
    }
  }

  @Test
  void givenTwoStoresWithDifferentCredentialsThenEachHasItsOwn() {
    server.addUser("first-user", "first-user-secret", MinioPolicy.readOnly("store"));
    try (ArtifactStore all = minio();
        ArtifactStore reader = new S3StoreProvider()
            .open(
                Stores.settings(server.url().toString(), "first-user", "first-user-secret"),
                StoreRole.INPUT)) {
      for (int i = 0; i < 3; i++) {
        Location location = base.resolve("" + i);
        all.write(location, file(1), WriteMode.CREATE_ONLY);
        assertThat(reader.find(location)).isPresent();
        assertThatExceptionOfType(AccessDeniedException.class)
            .isThrownBy(() -> reader.write(location, file(2), WriteMode.REPLACE));
      }
    }
  }

  @Test
  void givenADirectoryWhenWrittenToThenItIsRefused() {
    try (ArtifactStore store = minio()) {
      for (String text : List.of("s3://store", "s3://store/", "s3://store/model/")) {
        assertThatExceptionOfType(BadRequestException.class)
            .isThrownBy(() -> store.write(Location.of(text), file(1), WriteMode.REPLACE));
      }
    }
  }

  @Test
  void givenTheInteroperableWayWhenWrittenThenItLooksBeforeAndSendsNoneOfAwsHeaders() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url());
        ArtifactStore store = S3StoreProvider.openInterop(
            Stores.settings(
                proxy.url().toString(),
                MinioServer.ACCESS_KEY,
                MinioServer.SECRET_KEY,
                "uploadPartSize",
                "5MiB"),
            StoreRole.OUTPUT,
            "gs")) {
      Location interop = Location.of("gs://store/" + base.name());
      Path file = file(11 * MIB);

      assertThat(store.capabilities())
          .contains(StoreCapability.WRITE)
          .doesNotContain(StoreCapability.CREATE_ONLY);
      store.write(interop.resolve("small"), file(10), WriteMode.CREATE_ONLY);
      Artifact large = store.write(interop.resolve("large"), file, WriteMode.CREATE_ONLY);
      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> store.write(interop.resolve("small"), file, WriteMode.CREATE_ONLY));

      assertThat(content(store, large)).isEqualTo(bytes(file));
      assertThat(store.list(interop)).extracting(Artifact::path).containsExactly("large", "small");
      assertThat(proxy.requests()).allSatisfy(request -> {
        assertThat(request.header("If-None-Match")).isEmpty();
        assertThat(request.header("x-amz-checksum-crc32c")).isEmpty();
        assertThat(request.header("x-amz-sdk-checksum-algorithm")).isEmpty();
        assertThat(request.header("x-amz-trailer")).isEmpty();
      });
    }
  }

  private static ArtifactStore minio(String... more) {
    return new S3StoreProvider()
        .open(
            Stores.settings(
                server.url().toString(), MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, more),
            StoreRole.OUTPUT);
  }

  private static ArtifactStore versity(String... more) {
    return new S3StoreProvider()
        .open(
            Stores.settings(
                versity.url().toString(), VersityServer.ACCESS_KEY, VersityServer.SECRET_KEY, more),
            StoreRole.OUTPUT);
  }

  private static ArtifactStore through(FaultProxy proxy, String... more) {
    return new S3StoreProvider()
        .open(
            Stores.settings(
                proxy.url().toString(), MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, more),
            StoreRole.OUTPUT);
  }

  private static Checksum crc32c(Path file) {
    byte[] bytes = bytes(file);
    return Checksum.ofBase64(
        ChecksumAlgorithm.CRC32C, Crc32cSum.base64(Crc32cSum.of(bytes, bytes.length)));
  }

  private Path file(int size) {
    try {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      return Files.write(Files.createTempFile(directory, "content", ""), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] content(ArtifactStore store, Artifact artifact) {
    try (InputStream in = store.read(artifact, 0, -1)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
