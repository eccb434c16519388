package io.github.fuseml.ovms.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repeated runs, and configurations of OVMS, in real object stores. */
class UnchangedOnStoresTest {
  private static MinioServer minio;

  @TempDir
  private Path directory;

  @BeforeAll
  static void open() {
    minio = MinioServer.start();
    minio.createBucket("source");
    minio.put(Fixtures.get("onnx-mlp").source(), "source", "m/model.onnx");
  }

  @AfterAll
  static void close() {
    minio.close();
  }

  private static StoreSettings s3(String endpoint) {
    return StoreSettings.of(Map.of(
        "endpoint",
        endpoint,
        "accessKeyId",
        MinioServer.ACCESS_KEY,
        "secretAccessKey",
        MinioServer.SECRET_KEY));
  }

  @Test
  void givenNothingChangedOnS3WhenItRunsAgainThenNoByteOfTheModelIsReadAndNoEngineStarts() {
    minio.createBucket("unchanged");
    try (FaultProxy proxy = FaultProxy.inFrontOf(minio.url())) {
      ConversionRequest request = ConversionRequest.builder()
          .source("s3://source/m")
          .inputSettings(s3(proxy.url().toString()))
          .output("s3://unchanged/m")
          .outputSettings(s3(minio.url().toString()))
          .build();
      ConversionResult first;
      try (OvmsConverter converter = OvmsConverter.builder()
          .discover()
          .engine(EngineEnvironment.settings().build())
          .workDirectory(directory)
          .build()) {
        first = converter.convert(request);
      }
      proxy.clearRequests();

      // when: with an engine that cannot start
      ConversionResult second;
      try (OvmsConverter converter = OvmsConverter.builder()
          .discover()
          .engine(
              EngineSettings.builder().python(directory.resolve("no-python")).build())
          .workDirectory(directory)
          .build()) {
        second = converter.convert(request);
      }

      assertThat(first.published()).isTrue();
      assertThat(second.published()).isFalse();
      assertThat(second.versionLocation()).isEqualTo(first.versionLocation());
      assertThat(second.plan().model().format()).isEqualTo(first.plan().model().format());
      assertThat(proxy.requests())
          .as("the listing, and no object")
          .extracting(RecordedRequest::method, each -> each.target().contains("model.onnx"))
          .doesNotContain(org.assertj.core.groups.Tuple.tuple("GET", true));
    }
  }

  @Test
  void givenOneConfigurationOnS3AndOnGoogleWhenManyModelsAreAddedAtOnceThenNoneIsLost()
      throws Exception {
    minio.createBucket("config");
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket("config");
      StoreSettings gcs =
          StoreSettings.of(Map.of("endpoint", google.url().toString(), "credentials", "anonymous"));
      addAtOnce("s3://config/config.json", s3(minio.url().toString()));
      addAtOnce("gs://config/config.json", gcs);
    }
  }

  private void addAtOnce(String config, StoreSettings settings) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (OvmsConverter converter = OvmsConverter.builder()
        .discover()
        .engine(EngineEnvironment.settings().build())
        .workDirectory(directory)
        .build()) {
      List<Future<ConversionResult>> running = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        OvmsConfigEntry entry =
            new OvmsConfigEntry(Location.of(config), settings, "m" + i, "/models/m" + i);
        ConversionRequest request = ConversionRequest.builder()
            .source(Fixtures.get("onnx-mlp").source())
            .output(directory.resolve(config.substring(0, 2)).resolve("m" + i))
            .publishing(PublishOptions.builder().ovmsConfig(entry).build())
            .build();
        running.add(threads.submit(() -> converter.convert(request)));
      }
      for (Future<ConversionResult> each : running) {
        each.get();
      }
      Path copy = directory.resolve(config.substring(0, 2) + ".json");
      converter.copy(io.github.fuseml.ovms.api.CopyRequest.builder()
          .source(config)
          .inputSettings(settings)
          .target(Location.of(copy))
          .build());
      for (int i = 0; i < 6; i++) {
        assertThat(copy).content().contains("\"m" + i + "\"").contains("/models/m" + i + "\"");
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
