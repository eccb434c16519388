package io.github.fuseml.ovms.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishers are killed at every step while a reader that follows OVMS's rules watches. How many
 * processes are killed on each store is the system property {@code ovms.kills}, 8 by default:
 *
 * <pre>bin/test -pl ovms-converter-cli -am -Dtest=KilledPublishersTest -Dovms.kills=100 …</pre>
 */
@Timeout(1800)
class KilledPublishersTest {
  private static final int KILLS = Integer.getInteger("ovms.kills", 8);
  private static final long SEED = Long.getLong("ovms.seed", 20261124);

  /** Events of a process of three publishers that publish twice each; some outlive it. */
  private static final int EVENTS = 130;

  private static final PublishOptions FORCED =
      PublishOptions.builder().force(true).build();

  @TempDir
  private static Path shared;

  @TempDir
  private Path directory;

  private static PublishedModels models;
  private static IrRunner runtime;
  private static MinioServer minio;
  private static int buckets;

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

  private static String bucket() {
    String bucket = "repository-" + ++buckets;
    minio.createBucket(bucket);
    minio.makePublic(bucket);
    return bucket;
  }

  private Watch watch(OvmsReader reader) {
    return new Watch(reader, models.variants(), runtime, directory.resolve("reader"));
  }

  private OvmsConverter.Builder converter() {
    return OvmsConverter.builder()
        .engine(EngineEnvironment.settings().build())
        .workDirectory(directory.resolve("work"));
  }

  @Test
  void givenProcessesThatAreKilledWhenTheyPublishToAFileSystemThenNoBadPairIsEverLoaded()
      throws Exception {
    Path model = directory.resolve("models/m");
    long newest;
    try (Watch watch = watch(OvmsReader.ofFiles(model))) {
      kill(model.toString(), "");
      newest = publishOnce(model.toString(), StoreSettings.none(), FORCED).version();
      assertThat(watch.polls()).isGreaterThan(KILLS);
    }
    try (Stream<Path> left = Files.list(model)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .as("nothing of the dead")
          .allMatch(name -> name.matches("\\d+"));
    }
    assertThat(newest).isGreaterThan(1);
  }

  @Test
  void givenProcessesThatAreKilledWhenTheyPublishToS3ThenNoBadPairIsEverLoaded() throws Exception {
    String bucket = bucket();
    String output = "s3://" + bucket + "/models/m";
    String endpoint = minio.url().toString();
    try (Watch watch = watch(OvmsReader.ofS3(minio.url(), bucket, "models/m"))) {
      kill(
          output,
          "endpoint=" + endpoint + ",accessKeyId=" + MinioServer.ACCESS_KEY + ",secretAccessKey="
              + MinioServer.SECRET_KEY);
      assertNothingOfTheDead(output, PublishedModels.s3(minio.url()));
      assertThat(watch.polls()).isGreaterThan(KILLS);
    }
  }

  private ConversionResult publishOnce(
      String output, StoreSettings settings, PublishOptions options) {
    try (OvmsConverter converter = converter().discover().build()) {
      return converter.convert(models.request(0, output, settings, options));
    }
  }

  /** The next run removes what is incomplete once it is old enough; here that is at once. */
  private void assertNothingOfTheDead(String output, StoreSettings settings) {
    publishOnce(
        output,
        settings,
        PublishOptions.builder().force(true).leftoverAge(Duration.ZERO).build());
    try (OvmsConverter converter = converter().discover().build()) {
      assertThat(converter.versions(Location.of(output), settings))
          .extracting(ModelVersion::state)
          .containsOnly(ModelVersion.State.COMPLETE);
    }
  }

  /** Starts one process after another, each of which kills itself at another event. */
  private void kill(String output, String settings) throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < KILLS; i++) {
      int event = 1 + random.nextInt(EVENTS);
      List<String> command = new ArrayList<>(List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx256m",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-cp",
          System.getProperty("java.class.path"),
          PublishingChild.class.getName(),
          EngineEnvironment.python().toString(),
          directory.resolve("work").toString(),
          output,
          Integer.toString(event),
          "3",
          "2",
          settings));
      models.sources().forEach(source -> command.add(source.toString()));
      File log = directory.resolve("child.log").toFile();
      Process process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log)
          .start();
      int code = process.waitFor();
      assertThat(code).as(() -> "seed " + SEED + ": " + read(log)).isIn(0, 137);
    }
  }

  private static String read(File log) {
    try {
      return Files.readString(log.toPath());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static ArtifactStoreProvider provider(String scheme) {
    return ServiceLoader.load(ArtifactStoreProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.schemes().contains(scheme))
        .findFirst()
        .orElseThrow();
  }

  /** Kills a publisher at each operation in turn, until one survives all of them. */
  private int killAtEveryStep(String scheme, String output, StoreSettings settings) {
    int kills = 0;
    for (boolean afterwards : new boolean[] {false, true}) {
      for (int step = 1; ; step++) {
        MortalStores stores = new MortalStores(provider(scheme), step, afterwards);
        try (OvmsConverter converter = converter().register(stores).build()) {
          converter.convert(models.request(step, output, settings, FORCED));
        } catch (MortalStores.KilledError e) {
          kills++;
        }
        if (!stores.isDead()) {
          break;
        }
      }
    }
    return kills;
  }

  @Test
  void givenAPublisherThatDiesAtEachStepWhenItPublishesToS3ThenNoBadPairIsEverLoaded() {
    String bucket = bucket();
    String output = "s3://" + bucket + "/models/m";
    StoreSettings settings = PublishedModels.s3(minio.url());
    try (Watch watch = watch(OvmsReader.ofS3(minio.url(), bucket, "models/m"))) {
      assertThat(killAtEveryStep("s3", output, settings)).isGreaterThan(12);
      assertNothingOfTheDead(output, settings);
      assertThat(watch.polls()).isPositive();
    }
  }

  @Test
  void givenAPublisherThatDiesAtEachStepWhenItPublishesToGooglesStoreThenNoBadPairIsEverLoaded() {
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket("models");
      StoreSettings settings = PublishedModels.gcs(google.url());
      try (Watch watch = watch(OvmsReader.ofGcs(google.url(), "models", "deep/m"))) {
        assertThat(killAtEveryStep("gs", "gs://models/deep/m", settings)).isGreaterThan(12);
        assertNothingOfTheDead("gs://models/deep/m", settings);
        assertThat(watch.polls()).isPositive();
      }
    }
  }

  @Test
  void givenConnectionsThatAreCutWhenItIsPublishedToS3ThenNoBadPairIsEverLoaded() {
    String bucket = bucket();
    String output = "s3://" + bucket + "/models/m";
    try (FaultProxy proxy = FaultProxy.inFrontOf(minio.url());
        Watch watch = watch(OvmsReader.ofS3(minio.url(), bucket, "models/m"));
        OvmsConverter converter = converter().discover().build()) {
      proxy.inject(RequestMatch.method("PUT").randomly(0.3, SEED), Fault.cutUploadAfter(100));
      proxy.inject(RequestMatch.method("PUT").randomly(0.2, SEED + 1), Fault.dropAnswer());
      int published = 0;
      for (int i = 0; i < 12; i++) {
        try {
          converter.convert(models.request(i, output, PublishedModels.s3(proxy.url()), FORCED));
          published++;
        } catch (OvmsConverterException e) {
          assertThat(e.isRetryable()).as(e.getMessage()).isTrue();
        }
      }
      assertThat(published).isPositive();
      assertThat(watch.polls()).isPositive();
    }
  }

  @Test
  void givenAPublisherThatDiesAtEachStepWhenItPublishesByWebDavThenNoBadPairIsEverLoaded() {
    StoreSettings settings = StoreSettings.none();
    try (ApacheDavServer apache = ApacheDavServer.start()) {
      String output = apache.url("/dav/m").toString();
      try (Watch watch = watch(OvmsReader.ofFiles(apache.root().resolve("m")))) {
        assertThat(killAtEveryStep("http", output, settings)).isGreaterThan(12);
        publishOnce(output, settings, FORCED);
        assertThat(watch.newest()).isPositive();
      }
    }
  }

  @Test
  void givenEightPublishersOfFourProcessesWhenTheyPublishToS3ThenThereAreEightCompleteVersions()
      throws Exception {
    publishByFourProcesses(
        "s3://" + bucket() + "/models/m",
        "endpoint=" + minio.url() + ",accessKeyId=" + MinioServer.ACCESS_KEY + ",secretAccessKey="
            + MinioServer.SECRET_KEY,
        PublishedModels.s3(minio.url()));
  }

  @Test
  void givenEightPublishersOfFourProcessesWhenTheyPublishToGooglesStoreThenThereAreEightVersions()
      throws Exception {
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket("models");
      try (Watch watch = watch(OvmsReader.ofGcs(google.url(), "models", "deep/m"))) {
        publishByFourProcesses(
            "gs://models/deep/m",
            "endpoint=" + google.url() + ",credentials=anonymous",
            PublishedModels.gcs(google.url()));
        assertThat(watch.polls()).isPositive();
      }
    }
  }

  private void publishByFourProcesses(String output, String words, StoreSettings settings)
      throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<String> command = new ArrayList<>(List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx256m",
          "-XX:TieredStopAtLevel=1",
          "-cp",
          System.getProperty("java.class.path"),
          PublishingChild.class.getName(),
          EngineEnvironment.python().toString(),
          directory.resolve("work").toString(),
          output,
          "0",
          "2",
          "1",
          words));
      models.sources().forEach(source -> command.add(source.toString()));
      processes.add(new ProcessBuilder(command).inheritIO().start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    try (OvmsConverter converter = converter().discover().build()) {
      assertThat(converter.versions(Location.of(output), settings))
          .extracting(ModelVersion::state)
          .hasSize(8)
          .containsOnly(ModelVersion.State.COMPLETE);
    }
  }
}
