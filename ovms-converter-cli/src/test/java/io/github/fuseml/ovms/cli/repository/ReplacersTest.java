package io.github.fuseml.ovms.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One version that is replaced by many at once, and with failures, on real stores. */
@Timeout(600)
class ReplacersTest {
  private static final int REPLACERS = 8;

  private static final PublishOptions REPLACE =
      PublishOptions.builder().version(1).replace(true).build();

  @TempDir
  private static Path shared;

  @TempDir
  private Path directory;

  private static PublishedModels models;
  private static IrRunner runtime;
  private static MinioServer minio;

  @BeforeAll
  static void open() throws IOException {
    runtime = IrRunner.start(EngineEnvironment.python());
    minio = MinioServer.start();
    models = PublishedModels.in(shared);
  }

  @AfterAll
  static void close() {
    runtime.close();
    minio.close();
  }

  private OvmsConverter converter() {
    return OvmsConverter.builder()
        .discover()
        .engine(EngineEnvironment.settings().build())
        .workDirectory(directory.resolve("work"))
        .build();
  }

  private ConversionRequest request(
      int variant, Location output, StoreSettings settings, PublishOptions options) {
    return models.request(variant, output.toString(), settings, options);
  }

  /** Replaces by all at once; how many did, while the others ended with a conflict. */
  private int replaceAtOnce(Location output, StoreSettings settings) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(REPLACERS);
    CyclicBarrier start = new CyclicBarrier(REPLACERS);
    try (OvmsConverter converter = converter()) {
      converter.convert(request(0, output, settings, PublishOptions.defaults()));
      List<Future<ConversionResult>> running = new ArrayList<>();
      for (int i = 0; i < REPLACERS; i++) {
        ConversionRequest request = request(i, output, settings, REPLACE);
        running.add(threads.submit(() -> {
          start.await();
          return converter.convert(request);
        }));
      }
      int replaced = 0;
      for (Future<ConversionResult> each : running) {
        replaced += isReplaced(each) ? 1 : 0;
      }
      assertThat(converter.versions(output, settings))
          .extracting(ModelVersion::state)
          .containsExactly(ModelVersion.State.COMPLETE);
      assertThat(converter.list(output.resolve("1"), settings)).hasSize(3);
      return replaced;
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean isReplaced(Future<ConversionResult> running) throws Exception {
    try {
      assertThat(running.get().version()).isEqualTo(1);
      return true;
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(ConflictException.class);
      assertThat(((ConflictException) e.getCause()).isRetryable()).isTrue();
      return false;
    }
  }

  private Watch watch(OvmsReader reader) {
    return Watch.ofReplaced(reader, models.variants(), runtime, directory.resolve("reader"));
  }

  @Test
  void givenEightWhoReplaceOneVersionOnS3AtOnceThenNoBadPairIsEverLoaded() throws Exception {
    String bucket = publicBucket("replaced");
    try (Watch watch = watch(OvmsReader.ofS3(minio.url(), bucket, "models/m"))) {
      int replaced = replaceAtOnce(
          Location.of("s3://" + bucket + "/models/m"), PublishedModels.s3(minio.url()));

      assertThat(replaced).isPositive();
      assertThat(watch.polls()).isPositive();
    }
    assertThat(OvmsReader.ofS3(minio.url(), bucket, "models/m").keys())
        .as("no claim is left")
        .hasSize(3);
  }

  @Test
  void givenEightWhoReplaceOneVersionInGooglesStoreAtOnceThenNoBadPairIsEverLoaded()
      throws Exception {
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket("models");
      try (Watch watch = watch(OvmsReader.ofGcs(google.url(), "models", "deep/m"))) {
        int replaced =
            replaceAtOnce(Location.of("gs://models/deep/m"), PublishedModels.gcs(google.url()));

        assertThat(replaced).isPositive();
        assertThat(watch.polls()).isPositive();
      }
      assertThat(OvmsReader.ofGcs(google.url(), "models", "deep/m").keys())
          .as("no claim is left")
          .hasSize(3);
    }
  }

  /** OVMS reads from no web server; it has the server's directory mounted. */
  @Test
  void givenEightWhoReplaceOneVersionByWebDavAtOnceThenNoBadPairIsEverLoaded() throws Exception {
    try (ApacheDavServer apache = ApacheDavServer.start()) {
      Path model = apache.root().resolve("m");
      try (Watch watch = watch(OvmsReader.ofFiles(model))) {
        int replaced =
            replaceAtOnce(Location.of(apache.url("/dav/m").toString()), StoreSettings.none());

        assertThat(replaced).isPositive();
        assertThat(watch.polls()).isPositive();
      }
      try (Stream<Path> left = Files.list(model)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .as("beside what the server keeps for itself")
            .filteredOn(name -> !name.equals(".DAV"))
            .containsExactly("1");
      }
    }
  }

  @Test
  void givenEightWhoReplaceOneVersionOnAFileSystemAtOnceThenNoBadPairIsEverLoaded()
      throws Exception {
    Path model = directory.resolve("models/m");
    try (Watch watch = watch(OvmsReader.ofFiles(model))) {
      assertThat(replaceAtOnce(Location.of(model), StoreSettings.none())).isPositive();
      assertThat(watch.polls()).isPositive();
    }
    try (Stream<Path> left = Files.list(model)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("1");
    }
  }

  /** Each request that changes something fails in turn, until a replacement meets no fault. */
  @Test
  void givenAnyRequestThatFailsWhenAVersionIsReplacedOnS3ThenTheOldOneOrTheNewOneIsServed()
      throws Exception {
    String bucket = publicBucket("faults");
    Location output = Location.of("s3://" + bucket + "/models/m");
    OvmsReader reader = OvmsReader.ofS3(minio.url(), bucket, "models/m");
    int failures = 0;
    try (FaultProxy proxy = FaultProxy.inFrontOf(minio.url());
        OvmsConverter converter = converter();
        Watch watch = watch(reader)) {
      converter.convert(
          request(0, output, PublishedModels.s3(minio.url()), PublishOptions.defaults()));
      for (String method : List.of("PUT", "DELETE")) {
        boolean failed = true;
        for (int nth = 1; failed; nth++) {
          proxy.clearRules();
          proxy.clearRequests();
          proxy.inject(RequestMatch.method(method).nth(nth), Fault.answer(403));
          int variant = nth;
          try {
            converter.convert(request(variant, output, PublishedModels.s3(proxy.url()), REPLACE));
          } catch (OvmsConverterException e) {
            failures++;
          }
          String name = method;
          failed = proxy.requests().stream()
                  .filter(each -> each.method().equals(name))
                  .count()
              >= nth;
          assertThat(reader.poll()).as(method + " " + nth).isPresent();
        }
      }
      assertThat(failures).isGreaterThan(5);
      assertThat(watch.polls()).isPositive();
    }
  }

  private static String publicBucket(String name) {
    minio.createBucket(name);
    minio.makePublic(name);
    return name;
  }
}
