package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a data scientist does: train, log and register in Python, then one line of the real program. */
class MlflowProgramTest extends RealProgram {
  @TempDir
  static Path shared;

  private static MlflowServer server;

  /** What MLflow itself predicts. */
  private static Path predictions;

  @BeforeAll
  static void train() throws IOException {
    server = MlflowServer.setup().start();
    predictions = shared.resolve("predictions.npz");
    server.python(script(), predictions.toString());
  }

  private static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(MlflowProgramTest.class.getResourceAsStream("train_iris.py"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void noServer() {
    server.close();
  }

  @BeforeEach
  void trackingServer() {
    environment.put("MLFLOW_TRACKING_URI", server.trackingUri());
  }

  @Test
  void givenARegisteredModelWhenConvertedByItsAliasThenItPredictsWhatMlflowPredicts()
      throws Exception {
    Outcome outcome = run("convert", "models:/iris@champion", "--output", output.toString());

    assertThat(outcome.err()).as("errors").doesNotContain("error");
    assertThat(outcome.code()).isZero();
    assertThat(names(output))
        .containsExactly("1/iris.bin", "1/iris.xml", "1/ovms-converter.provenance.json");
    try (IrRunner runner = IrRunner.start(EngineEnvironment.python())) {
      IrRunner.Comparison comparison = runner.compare(
          output.resolve("1/iris.xml"), predictions, new IrRunner.Tolerance(1e-5, 1e-4));
      assertThat(comparison.outputs()).containsOnlyKeys("probabilities");
      assertThat(comparison.outputs().get("probabilities").beyond()).isNotPositive();
    }
  }

  @Test
  void givenARegisteredModelWhenInspectedAndListedThenBothTheNameAndThePlaceAreTold()
      throws Exception {
    JsonObject inspected = run("inspect", "models:/iris/1", "--json").json();
    Outcome listed = run("ls", "models:/iris/latest");
    Outcome diagnosed = run("doctor", "models:/iris@champion");

    JsonObject plan = inspected.getAsJsonObject("plan");
    assertThat(plan.get("source").getAsString()).isEqualTo("models:/iris/1");
    assertThat(plan.get("resolved_source").getAsString()).startsWith("mlflow-artifacts:/");
    assertThat(listed.out()).contains("MLmodel", "model.onnx");
    assertThat(diagnosed.code()).isZero();
    assertThat(diagnosed.out()).contains("the name is known");
  }

  @Test
  void givenNoTrackingServerWhenConvertedThenTheVariableIsNamed() throws Exception {
    environment.remove("MLFLOW_TRACKING_URI");

    Outcome outcome = run("convert", "models:/iris@champion", "--output", output.toString());

    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.err()).contains("MLFLOW_TRACKING_URI");
    assertThat(Files.exists(output)).isFalse();
  }
}
