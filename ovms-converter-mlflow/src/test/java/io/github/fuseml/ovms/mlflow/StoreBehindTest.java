package io.github.fuseml.ovms.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose files a real tracking server only tells the place of: other stores, this machine. */
class StoreBehindTest {
  @TempDir
  Path directory;

  private static OvmsConverter converter;

  @BeforeAll
  static void start() {
    converter = OvmsConverter.builder()
        .discover()
        .engine(EngineEnvironment.settings().build())
        .build();
  }

  @AfterAll
  static void stop() {
    converter.close();
  }

  private ConversionResult convert(String source, StoreSettings settings) {
    return converter.convert(ConversionRequest.builder()
        .source(source)
        .inputSettings(settings)
        .output(directory.resolve("served"))
        .build());
  }

  /** A run whose artifacts lie somewhere. */
  private record Run(String id, String artifacts) {}

  private static Run run(MlflowServer server, String experiment, String place) {
    String id = Servers.rest(
            server,
            "POST",
            "experiments/create",
            "{\"name\": \"" + experiment + "\", \"artifact_location\": \"" + place + "\"}")
        .get("experiment_id")
        .getAsString();
    JsonObject info = Servers.rest(
            server, "POST", "runs/create", "{\"experiment_id\": \"" + id + "\"}")
        .getAsJsonObject("run")
        .getAsJsonObject("info");
    return new Run(info.get("run_id").getAsString(), info.get("artifact_uri").getAsString());
  }

  private static StoreSettings gcs(FakeGcsServer server, String... more) {
    return Servers.settings(Servers.directS3(), more)
        .with(StoreSettings.of(
            Map.of("gcs.endpoint", server.url().toString(), "gcs.credentials", "anonymous")));
  }

  @Test
  void givenArtifactsInGooglesStoreWhenConvertedTwiceIntoTheModelThenTheyAreReadAndWrittenThere() {
    try (FakeGcsServer server = FakeGcsServer.start()) {
      server.createBucket("models");
      Run run = run(Servers.directS3(), "in gcs", "gs://models/mlflow");
      converter.copy(CopyRequest.builder()
          .source(Location.of(Fixtures.get("mlflow-onnx").source()))
          .target(run.artifacts() + "/net")
          .outputSettings(gcs(server).behind("gcs"))
          .build());
      Servers.rest(
          Servers.directS3(), "POST", "registered-models/create", "{\"name\": \"in gcs\"}");
      Servers.rest(
          Servers.directS3(),
          "POST",
          "model-versions/create",
          "{\"name\": \"in gcs\", \"source\": \"" + run.artifacts() + "/net\"}");
      ConversionRequest request = ConversionRequest.builder()
          .source("models:/in gcs/1")
          .inputSettings(gcs(server, "register", "true"))
          .output("models:/in gcs/1/ovms")
          .outputSettings(gcs(server, "register", "true"))
          .publishing(PublishOptions.builder().force(true).build())
          .build();

      ConversionResult first = converter.convert(request);
      ConversionResult second = converter.convert(request);

      assertThat(first.output()).isEqualTo(Location.of(run.artifacts() + "/net/ovms"));
      assertThat(second.version()).isEqualTo(2);
      assertThat(second.plan().sourceFiles()).isEqualTo(first.plan().sourceFiles());
      assertThat(Servers.tags(Servers.directS3(), "in%20gcs", "1"))
          .containsEntry("ovms.converted_url", first.output().toString())
          .containsEntry("ovms.version", "2");
    }
  }

  @Test
  void givenArtifactsInS3WhenItsKeyIsWrongThenThatStoreIsMeantAndNotTheTrackingServer() {
    Logged.to(Servers.directS3(), "wrong key", 3);
    StoreSettings settings = Servers.settings(
        Servers.directS3(),
        "s3.endpoint",
        Servers.minio().url().toString(),
        "s3.accessKeyId",
        "nobody",
        "s3.secretAccessKey",
        "wrong-7a61");

    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> convert("models:/wrong key@champion", settings))
        .satisfies(error -> {
          assertThat(error.problem().subject()).startsWith("s3://");
          assertThat(error.toString())
              .doesNotContain("wrong-7a61")
              .doesNotContain("tracking server");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%s/plain", "file://%s/url", "%s/with a space", "file://%s/with%%20escape"})
  void givenArtifactsInADirectoryOfThisMachineWhenConvertedThenTheyAreReadThere(String form)
      throws IOException {
    Path place = directory.toRealPath();
    Run run = run(Servers.files(), form, form.formatted(place));
    Path artifacts = run.artifacts().startsWith("file:")
        ? Path.of(URI.create(run.artifacts()))
        : Path.of(run.artifacts());
    Fixtures.get("mlflow-onnx").copyTo(artifacts);

    ConversionResult result =
        convert("runs:/" + run.id() + "/mlflow-onnx/model", Servers.settings(Servers.files()));

    assertThat(result.files()).hasSize(2);
    assertThat(Files.exists(place.resolve("served/1"))).isTrue();
  }

  @Test
  void givenArtifactsInADirectoryOfAnotherMachineWhenConvertedThenTheWayOutIsTold() {
    Run run = run(Servers.files(), "elsewhere", "/of/another/machine");

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> convert("runs:/" + run.id() + "/net", Servers.settings(Servers.files())))
        .satisfies(error -> {
          assertThat(error.problem().found()).contains(run.artifacts(), "not there on this one");
          assertThat(error.problem().remedy()).contains("--serve-artifacts");
        });
  }
}
