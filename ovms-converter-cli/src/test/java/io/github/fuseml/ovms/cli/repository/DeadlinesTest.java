package io.github.fuseml.ovms.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.FaultRule;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Time limits and cancellation, on the way from and to each real store, while its line is silent. */
@Timeout(120)
class DeadlinesTest {
  private static final int SIZE = 9 << 20;

  private static MinioServer minio;
  private static FakeGcsServer gcs;
  private static ApacheDavServer dav;

  @TempDir
  private Path directory;

  private final Hold hold = new Hold();
  private Path file;
  private FaultProxy line;

  /** A store with its line in between. */
  private enum Store {
    S3,
    GCS,
    DAV;

    URI server() {
      return switch (this) {
        case S3 -> minio.url();
        case GCS -> gcs.url();
        case DAV -> dav.url();
      };
    }

    String location(URI at, String path) {
      return switch (this) {
        case S3 -> "s3://bucket/" + path;
        case GCS -> "gs://bucket/" + path;
        case DAV -> at.resolve("/dav/" + path).toString();
      };
    }

    StoreSettings settings(URI at, String timeout) {
      Map<String, String> values = new HashMap<>();
      values.put(this == DAV ? "answerTimeout" : "requestTimeout", timeout);
      if (this != DAV) {
        values.put("endpoint", at.toString());
      }
      if (this == S3) {
        values.put("accessKeyId", MinioServer.ACCESS_KEY);
        values.put("secretAccessKey", MinioServer.SECRET_KEY);
      }
      return StoreSettings.of(values);
    }
  }

  @BeforeAll
  static void start() {
    minio = MinioServer.start();
    minio.createBucket("bucket");
    gcs = FakeGcsServer.start();
    gcs.createBucket("bucket");
    dav = ApacheDavServer.start();
  }

  @AfterAll
  static void stop() {
    minio.close();
    gcs.close();
    dav.close();
  }

  @BeforeEach
  void makeAFile() throws IOException {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("file"), content);
  }

  @AfterEach
  void close() {
    hold.release();
    if (line != null) {
      line.close();
    }
  }

  private void open(Store store) {
    line = FaultProxy.inFrontOf(store.server());
    if (store == Store.GCS) {
      gcs.reachedAt(line.url());
    }
  }

  private CopyRequest down(Store store, String timeout) {
    String name = "down-" + System.nanoTime();
    try (OvmsConverter converter = converter(TransferSettings.builder())) {
      converter.copy(CopyRequest.builder()
          .source(file.toString())
          .target(store.location(line.url(), name))
          .outputSettings(store.settings(line.url(), "20s"))
          .build());
    }
    return CopyRequest.builder()
        .source(store.location(line.url(), name))
        .target(directory.resolve("target/copy").toString())
        .inputSettings(store.settings(line.url(), timeout))
        .build();
  }

  private CopyRequest up(Store store, String timeout) {
    return CopyRequest.builder()
        .source(file.toString())
        .target(store.location(line.url(), "up-" + System.nanoTime() + "/copy"))
        .outputSettings(store.settings(line.url(), timeout))
        .build();
  }

  /** A copy whose line will be silent in the middle of the bytes, for ever or but once. */
  private CopyRequest silent(Store store, String way, boolean once, String timeout) {
    open(store);
    CopyRequest request = way.equals("down") ? down(store, timeout) : up(store, timeout);
    RequestMatch match = way.equals("down")
        ? RequestMatch.method("GET").and(asked -> asked.target().contains("down-"))
        : RequestMatch.any().and(DeadlinesTest::isUpload);
    line.inject(
        once ? match.first(1) : match,
        way.equals("down")
            ? Fault.stallAfter(100_000, hold)
            : Fault.stallUploadAfter(100_000, hold));
    return request;
  }

  private static boolean isUpload(RecordedRequest request) {
    return request.method().equals("PUT")
        || (request.method().equals("POST") && request.target().startsWith("/upload/"));
  }

  private static OvmsConverter converter(TransferSettings.Builder settings) {
    return OvmsConverter.builder().discover().transfer(settings.build()).build();
  }

  private void assertNothingAtTheTarget(Store store, CopyRequest request) {
    hold.release();
    line.clearRules();
    assertThat(directory.resolve("target")).doesNotExist();
    if (!request.target().isLocal()) {
      // A directory of WebDAV stays: it cannot be removed only if it is empty.
      assertThat(pathsAt(store, request.target().parent())).isEmpty();
    }
  }

  private List<String> pathsAt(Store store, Location directory) {
    try (OvmsConverter converter = converter(TransferSettings.builder())) {
      return converter.list(directory, store.settings(line.url(), "20s")).stream()
          .map(StoredArtifact::path)
          .toList();
    } catch (NotFoundException e) {
      return List.of();
    }
  }

  @ParameterizedTest
  @CsvSource({"S3,down", "S3,up", "GCS,down", "GCS,up", "DAV,down", "DAV,up"})
  void givenALineThatIsSilentThenTheLimitForTheFileEndsTheCopy(Store store, String way) {
    CopyRequest request = silent(store, way, false, "60s");
    assertEndsAtTheLimit(
        store, request, TransferSettings.builder().fileTimeLimit(Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @CsvSource({"S3,down", "S3,up", "GCS,down", "GCS,up", "DAV,down", "DAV,up"})
  void givenALineThatIsSilentThenTheLimitForAllFilesEndsTheCopy(Store store, String way) {
    CopyRequest request = silent(store, way, false, "60s");
    assertEndsAtTheLimit(
        store, request, TransferSettings.builder().timeLimit(Duration.ofSeconds(1)));
  }

  private void assertEndsAtTheLimit(
      Store store, CopyRequest request, TransferSettings.Builder settings) {
    try (OvmsConverter converter = converter(settings)) {
      assertThatThrownBy(() -> converter.copy(request))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("it takes longer than the limit of 1.0 s");
    }
    assertNothingAtTheTarget(store, request);
  }

  @ParameterizedTest
  @CsvSource({"S3,down", "S3,up", "GCS,down", "GCS,up", "DAV,down", "DAV,up"})
  void givenALineThatIsSilentThenACancellationEndsTheCopySoon(Store store, String way)
      throws Exception {
    CopyRequest request = silent(store, way, false, "60s");
    try (OvmsConverter converter = converter(TransferSettings.builder())) {
      Cancellation cancellation = new Cancellation();
      FutureTask<CopyResult> run = new FutureTask<>(() -> converter.copy(request, cancellation));
      new Thread(run, "copying").start();
      hold.awaitReached();

      cancellation.cancel();

      assertThatThrownBy(() -> run.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ConversionCancelledException.class);
    }
    assertNothingAtTheTarget(store, request);
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void givenADownloadThatFallsSilentThenItIsTakenUpAgain(Store store) {
    CopyRequest request = silent(store, "down", true, "60s");
    try (OvmsConverter converter =
        converter(TransferSettings.builder().stallTimeout(Duration.ofMillis(500)))) {
      converter.copy(request);
    }
    assertThat(directory.resolve("target/copy")).hasSameBinaryContentAs(file);
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void givenAnUploadThatFallsSilentThenItIsSentAgain(Store store) throws IOException {
    CopyRequest request = silent(store, "up", true, "1s");
    try (OvmsConverter converter = converter(TransferSettings.builder())) {
      converter.copy(request);
      hold.release();
      converter.copy(CopyRequest.builder()
          .source(request.target().toString())
          .target(directory.resolve("back").toString())
          .inputSettings(request.outputSettings())
          .build());
    }
    assertThat(directory.resolve("back")).hasSameBinaryContentAs(file);
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void givenAServiceThatIsBusyForAWhileThenTheCopyWaits(Store store) {
    open(store);
    CopyRequest request = up(store, "20s");
    FaultRule busy =
        line.inject(RequestMatch.any().first(1), Fault.answer(503, Duration.ofSeconds(1)));
    try (OvmsConverter converter = converter(TransferSettings.builder())) {
      assertThat(converter.copy(request).bytes()).isEqualTo(SIZE);
    }
    assertThat(busy.applied()).isEqualTo(1);
  }
}
