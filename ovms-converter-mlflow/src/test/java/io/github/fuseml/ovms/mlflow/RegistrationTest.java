package io.github.fuseml.ovms.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry is told of a conversion, or cannot be. */
class RegistrationTest {
  private static OvmsConverter converter;
  private static MlflowServer server;

  @TempDir
  Path directory;

  @BeforeAll
  static void start() {
    server = Servers.guarded();
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

  private static StoreSettings as(String trackingUri, String user, String password) {
    return Servers.settings(
        trackingUri, "username", user, "password", password, "register", "true");
  }

  /** Registers a model with versions, all of them the same files. */
  private static void register(String name, int versions) {
    Fixtures.get("mlflow-onnx").copyTo(server.artifacts().resolve("0/" + name));
    Servers.rest(server, "POST", "registered-models/create", "{\"name\": \"" + name + "\"}");
    String run = Servers.rest(server, "POST", "runs/create", "{\"experiment_id\": \"0\"}")
        .getAsJsonObject("run")
        .getAsJsonObject("info")
        .get("run_id")
        .getAsString();
    Fixtures.get("mlflow-onnx")
        .copyTo(server.artifacts().resolve("0").resolve(run).resolve("artifacts"));
    for (int i = 0; i < versions; i++) {
      Servers.rest(
          server,
          "POST",
          "model-versions/create",
          "{\"name\": \"%s\", \"run_id\": \"%s\", \"source\": \"runs:/%s/mlflow-onnx/model\"}"
              .formatted(name, run, run));
    }
  }

  private static void alias(String name, int version) {
    Servers.rest(
        server,
        "POST",
        "registered-models/alias",
        "{\"name\": \"%s\", \"alias\": \"champion\", \"version\": \"%d\"}"
            .formatted(name, version));
  }

  @Test
  void givenAUserWhoMayOnlyReadWhenConvertedThenItIsPublishedAndTheWarningSaysWhatToDo()
      throws IOException {
    register("read-only", 1);
    Servers.rest(
        server,
        "POST",
        "users/create",
        "{\"username\": \"reader\", \"password\": \"reader-not-for-messages\"}");

    ConversionResult result = convert(
        "models:/read-only/1", as(server.trackingUri(), "reader", "reader-not-for-messages"));

    assertThat(result.published()).isTrue();
    assertThat(Path.of(result.versionLocation().toString())).isDirectory();
    assertThat(result.warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning)
            .startsWith("the model is published, but: cannot tag models:/read-only/1: the tracking"
                + " server")
            .contains("check the user and the password")
            .doesNotContain("reader-not-for-messages"));
    assertThat(Servers.tags(server, "read-only", "1")).isEmpty();
  }

  @Test
  void givenWarningsOfTheLastRunWhenNothingChangedAndRightsAreGivenThenItIsTaggedAfterAll() {
    register("late-rights", 1);
    Servers.rest(
        server,
        "POST",
        "users/create",
        "{\"username\": \"late\", \"password\": \"late-not-for-messages\"}");
    ConversionResult first =
        convert("models:/late-rights/1", as(server.trackingUri(), "late", "late-not-for-messages"));

    ConversionResult second = convert(
        "models:/late-rights/1",
        as(server.trackingUri(), MlflowServer.USERNAME, MlflowServer.PASSWORD));

    assertThat(first.warnings()).hasSize(1);
    assertThat(second.published()).isFalse();
    assertThat(second.warnings()).isEmpty();
    assertThat(Servers.tags(server, "late-rights", "1"))
        .containsEntry("ovms.converted_url", first.output().toString());
  }

  @Test
  void givenAnAliasThatMovesMeanwhileWhenConvertedThenTheVersionThatWasReadIsTagged() {
    register("moving", 2);
    alias("moving", 1);
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url())) {
      proxy.inject(
          RequestMatch.method("GET").path("model.onnx").first(1),
          Fault.runAfter(1, () -> alias("moving", 2)));
      ConversionResult result = convert(
          "models:/moving@champion",
          as(proxy.url() + "/ml", MlflowServer.USERNAME, MlflowServer.PASSWORD));

      assertThat(result.plan().request().namedSource())
          .isEqualTo(Location.of("models:/moving@champion"));
      assertThat(Servers.tags(server, "moving", "1"))
          .containsEntry("ovms.converted_url", result.output().toString());
      assertThat(Servers.tags(server, "moving", "2")).isEmpty();
    }
  }
}
