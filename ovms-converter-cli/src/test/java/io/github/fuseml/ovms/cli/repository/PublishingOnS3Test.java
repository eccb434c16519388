package io.github.fuseml.ovms.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.RecordingListener;
import io.github.fuseml.ovms.testkit.server.MinioPolicy;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishing to a real S3 server: sources in place, missing rights, missing buckets, leftovers. */
@Timeout(300)
class PublishingOnS3Test {
  private static final Path FIXTURES = Fixtures.root();
  private static final Path ONNX = FIXTURES.resolve("onnx-mlp/model.onnx");

  private static MinioServer minio;
  private static int buckets;

  private final RecordingListener events = new RecordingListener();

  @TempDir
  private Path directory;

  @BeforeAll
  static void open() {
    minio = MinioServer.start();
  }

  @AfterAll
  static void close() {
    minio.close();
  }

  private static String bucket() {
    String bucket = "place-" + ++buckets;
    minio.createBucket(bucket);
    return bucket;
  }

  private OvmsConverter converter() {
    return converter(EngineEnvironment.settings().build());
  }

  private OvmsConverter converter(EngineSettings engine) {
    return OvmsConverter.builder()
        .discover()
        .engine(engine)
        .listener(events)
        .workDirectory(directory.resolve("work"))
        .build();
  }

  private static ConversionRequest request(
      Location source, String output, StoreSettings settings, PublishOptions options) {
    return ConversionRequest.builder()
        .source(source)
        .inputSettings(source.isLocal() ? StoreSettings.none() : settings)
        .output(output)
        .outputSettings(settings)
        .publishing(options)
        .build();
  }

  private static StoreSettings root() {
    return PublishedModels.s3(minio.url());
  }

  private static void put(Path from, String bucket, String key) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        minio.put(file, bucket, key + "/" + from.relativize(file));
      }
    }
  }

  private static List<String> paths(OvmsConverter converter, String location) {
    return converter.list(Location.of(location), root()).stream()
        .map(file -> file.path() + " " + file.revision())
        .toList();
  }

  @Test
  void givenASavedModelInVersionOneWhenOldVersionsAreRemovedThenTheModelStays() throws IOException {
    String bucket = bucket();
    String model = "s3://" + bucket + "/m";
    put(FIXTURES.resolve("saved-model-mlp/model"), bucket, "m/1");
    try (OvmsConverter converter = converter()) {
      List<String> before = paths(converter, model + "/1");

      for (int i = 0; i < 3; i++) {
        converter.convert(request(
            Location.of(model),
            model,
            root(),
            PublishOptions.builder().keep(1).force(true).build()));
      }

      assertThat(paths(converter, model + "/1")).isEqualTo(before);
      assertThat(converter.versions(Location.of(model), root()))
          .extracting(ModelVersion::number)
          .containsExactly(1L, 4L);
    }
  }

  @Test
  void givenAnotherSourceWhenOldVersionsAreRemovedThenAModelThatNobodyPublishedStays() {
    String bucket = bucket();
    String model = "s3://" + bucket + "/m";
    minio.put(ONNX, bucket, "m/1/model.onnx");
    try (OvmsConverter converter = converter()) {
      ConversionResult result = converter.convert(request(
          Location.of(FIXTURES.resolve("onnx-conv/model.onnx")),
          model,
          root(),
          PublishOptions.builder().keep(1).force(true).build()));

      assertThat(result.removed()).isEmpty();
      assertThat(paths(converter, model + "/1")).hasSize(1);
    }
  }

  @Test
  void givenTheSourceInAVersionWhenThatIsToBeReplacedThenItIsRefusedAndStays() {
    String bucket = bucket();
    String model = "s3://" + bucket + "/m";
    minio.put(ONNX, bucket, "m/1/model.onnx");
    try (OvmsConverter converter = converter()) {
      ConversionRequest request = request(
          Location.of(model),
          model,
          root(),
          PublishOptions.builder().version(1).replace(true).build());

      assertThatThrownBy(() -> converter.convert(request))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("the source lies in it");

      assertThat(paths(converter, model)).hasSize(1);
    }
  }

  @Test
  void givenAConfigurationInABucketThatDoesNotExistThenItIsRefusedBeforeAnythingIsConverted() {
    String model = "s3://" + bucket() + "/m";
    OvmsConfigEntry entry =
        new OvmsConfigEntry(Location.of("s3://no-such-bucket/config.json"), root(), "m", null);
    EngineSettings none =
        EngineSettings.builder().python(directory.resolve("no-python")).build();
    try (OvmsConverter converter = converter(none)) {
      ConversionRequest request = request(
          Location.of(ONNX),
          model,
          root(),
          PublishOptions.builder().ovmsConfig(entry).build());

      assertThatThrownBy(() -> converter.convert(request))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no-such-bucket");
    }
  }

  @Test
  void givenNoRightToSeeUploadsThenThatIsADetailAndWhatTheDeadLeftGoesAllTheSame() {
    String bucket = bucket();
    String model = "s3://" + bucket + "/m";
    minio.addUser("user-" + bucket, "user-secret", MinioPolicy.withoutUploads(bucket));
    StoreSettings settings = StoreSettings.of(Map.of(
        "endpoint",
        minio.url().toString(),
        "accessKeyId",
        "user-" + bucket,
        "secretAccessKey",
        "user-secret"));
    minio.put(ONNX, bucket, "m/1/ovms-converter.provenance.json");
    try (OvmsConverter converter = converter()) {
      ConversionResult result = converter.convert(request(
          Location.of(ONNX),
          model,
          settings,
          PublishOptions.builder().leftoverAge(Duration.ZERO).build()));

      assertThat(result.warnings()).isEmpty();
      assertThat(converter.versions(Location.of(model), settings))
          .extracting(ModelVersion::state)
          .containsExactly(ModelVersion.State.COMPLETE);
    }
    assertThat(events.messages(Level.INFO)).noneMatch(text -> text.contains("Multipart"));
    assertThat(events.messages(Level.DETAIL))
        .filteredOn(text -> text.contains("s3:ListBucketMultipartUploads"))
        .hasSize(1);
  }
}
