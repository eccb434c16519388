package io.github.fuseml.ovms.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.s3.S3StoreProvider;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How proxied artifacts come and go, seen from a proxy before a real server over S3. */
class ProxyTransferTest {
  private static final int MIB = 1 << 20;

  @TempDir
  Path directory;

  private FaultProxy proxy;

  @BeforeEach
  void start() {
    proxy = FaultProxy.inFrontOf(Servers.overS3().url());
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  /** Puts a file into the bucket, past the server. */
  private Path putIntoBucket(String path, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Path file = Files.write(directory.resolve("content-" + size), content);
    StoreSettings settings = Servers.directSettings().behind("s3");
    try (ArtifactStore bucket = new S3StoreProvider().open(settings, StoreRole.OUTPUT)) {
      bucket.write(Location.of("s3://" + Servers.BUCKET + "/" + path), file, WriteMode.REPLACE);
    }
    return file;
  }

  private Path copy(String source, URI server) {
    Path target = directory.resolve("copy");
    try (OvmsConverter converter = OvmsConverter.builder()
        .discover()
        .transfer(TransferSettings.builder().attempts(3).build())
        .build()) {
      converter.copy(CopyRequest.builder()
          .source(source)
          .inputSettings(Servers.settings(server.toString(), "attempts", "2"))
          .target(Location.of(target))
          .build());
    }
    return target;
  }

  private List<RecordedRequest> requests(String method, String path) {
    return proxy.requests().stream()
        .filter(request -> request.method().equals(method) && request.target().contains(path))
        .toList();
  }

  @Test
  void givenNoRangesWhenALargeFileIsFetchedThenItComesInOneRequest() throws IOException {
    Path file = putIntoBucket("transfer/large/weights", 30 * MIB);

    Path copy = copy("mlflow-artifacts:/transfer/large", proxy.url());

    assertThat(copy.resolve("weights")).hasSameBinaryContentAs(file);
    assertThat(requests("GET", "/artifacts/transfer/large/weights")).hasSize(1);
  }

  @Test
  void givenAConnectionThatIsCutWhenAFileIsFetchedThenItIsTakenUpAgain() throws IOException {
    Path file = putIntoBucket("transfer/cut/weights", 12 * MIB);
    proxy.inject(
        RequestMatch.method("GET").path("/transfer/cut/weights").first(1), Fault.cutAfter(7 * MIB));

    Path copy = copy("mlflow-artifacts:/transfer/cut", proxy.url());

    assertThat(copy.resolve("weights")).hasSameBinaryContentAs(file);
    assertThat(requests("GET", "/transfer/cut/weights")).hasSize(2);
  }

  @Test
  void givenAServerThatDiesWhenAFileIsFetchedThenTheErrorSaysSoAndNothingIsLeft()
      throws IOException {
    try (MlflowServer mortal = MlflowServer.setup().start();
        FaultProxy before = FaultProxy.inFrontOf(mortal.url())) {
      byte[] content = new byte[12 * MIB];
      Files.write(
          Files.createDirectories(mortal.artifacts().resolve("dying")).resolve("weights"), content);
      before.inject(
          RequestMatch.method("GET").path("/dying/weights").first(1),
          Fault.runAfter(MIB, mortal::kill));

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> copy("mlflow-artifacts:/dying", before.url()))
          .satisfies(error -> {
            assertThat(error.problem().retryable()).isTrue();
            assertThat(error.problem().subject()).contains("mlflow-artifacts:/dying");
          });
      assertThat(directory.resolve("copy")).doesNotExist();
    }
  }

  @Test
  void givenALargeFileWhenWrittenThenItGoesInPartsPastTheServer() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[20 * MIB]);
    Location target = Location.of("mlflow-artifacts:/transfer/parts/weights");

    Artifact written = write(file, target);

    assertThat(written.size()).isEqualTo(20 * MIB);
    assertThat(requests("POST", "/mpu/complete/transfer/parts")).hasSize(1);
    assertThat(requests("PUT", "/transfer/parts/weights")).isEmpty();
  }

  @Test
  void givenAStoreOutOfReachWhenALargeFileIsWrittenThenItGoesByTheServer() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[20 * MIB]);
    Location target = Location.of("mlflow-artifacts:/transfer/whole/weights");
    proxy.inject(RequestMatch.method("POST").path("/mpu/complete"), Fault.answer(500));

    Artifact written = write(file, target);

    assertThat(written.size()).isEqualTo(20 * MIB);
    assertThat(requests("POST", "/mpu/abort/transfer/whole")).hasSize(1);
    assertThat(requests("PUT", "/transfer/whole/weights")).hasSize(1);
  }

  @Test
  void givenAServerThatOffersNoPartsWhenALargeFileIsWrittenThenItGoesInOne() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[20 * MIB]);
    Location target = Location.of("mlflow-artifacts:/transfer/no-parts/weights");
    try (FaultProxy overFiles = FaultProxy.inFrontOf(Servers.files().url())) {
      Artifact written = write(overFiles, file, target);

      assertThat(written.size()).isEqualTo(20 * MIB);
      assertThat(Servers.files().artifacts().resolve("transfer/no-parts/weights"))
          .hasSameBinaryContentAs(file);
      assertThat(overFiles.requests())
          .filteredOn(request -> request.target().contains("no-parts"))
          .extracting(RecordedRequest::method)
          .containsOnlyOnce("PUT")
          .containsOnlyOnce("POST");
    }
  }

  private Artifact write(Path file, Location target) {
    return write(proxy, file, target);
  }

  private static Artifact write(FaultProxy server, Path file, Location target) {
    StoreSettings settings = Servers.settings(server.url().toString(), "multipartSize", "10MiB");
    try (ArtifactStore store = new MlflowStoreProvider().open(settings, StoreRole.OUTPUT)) {
      return store.write(target, Content.of(file), WriteMode.CREATE_ONLY);
    }
  }

  @Test
  void givenAnotherServerInTheLocationWhenAskedThenItGetsNoCredentials() throws IOException {
    Location location =
        Location.of("mlflow-artifacts://127.0.0.1:" + proxy.url().getPort() + "/transfer/nothing");
    StoreSettings settings =
        Servers.settings(Servers.files(), "username", "me", "password", "for-another-server");

    try (ArtifactStore store = new MlflowStoreProvider().open(settings, StoreRole.INPUT)) {
      assertThat(store.list(location)).isEmpty();
    }

    assertThat(proxy.requests())
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.header("Authorization")).isEmpty());
  }

  @Test
  void givenAFileThatIsGoneWhenReadThenItIsNotFound() throws IOException {
    Location location = Location.of("mlflow-artifacts:/transfer/gone/weights");
    StoreSettings settings = Servers.settings(proxy.url().toString(), "attempts", "1");
    try (ArtifactStore store = new MlflowStoreProvider().open(settings, StoreRole.INPUT)) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> store.read(new Artifact(location, "weights", 10, null), 0, -1));
    }
  }
}
