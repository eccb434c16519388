package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import io.github.fuseml.ovms.testkit.server.NginxGateway;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  void givenMlflowsOwnVariablesForAGatewayWhenConvertedThenAllAreHeeded() throws Exception {
    try (NginxGateway gateway = NginxGateway.to(server.url())
        .tls(TestCertificates.localhost())
        .clientsOf(TestCertificates.authority())
        .bearer("of-a-robot-5f2c")
        .prefix("/mlflow")
        .start()) {
      Path identity = Files.writeString(
          directory.resolve("identity.pem"),
          Files.readString(TestCertificates.localhost().certificate())
              + Files.readString(TestCertificates.localhost().key()));
      environment.put("MLFLOW_TRACKING_URI", gateway.url() + "/mlflow");
      environment.put("MLFLOW_TRACKING_TOKEN", "of-a-robot-5f2c");
      environment.put("MLFLOW_TRACKING_CLIENT_CERT_PATH", identity.toString());
      environment.put("MLFLOW_HTTP_REQUEST_TIMEOUT", "30");

      Outcome unknown = run("convert", "models:/iris@champion", "--output", output.toString());
      environment.put(
          "MLFLOW_TRACKING_SERVER_CERT_PATH", TestCertificates.authority().toString());
      Outcome trusted = run("convert", "models:/iris@champion", "--output", output.toString());
      environment.remove("MLFLOW_TRACKING_SERVER_CERT_PATH");
      environment.put("MLFLOW_TRACKING_INSECURE_TLS", "true");
      Outcome insecure = run("ls", "models:/iris@champion");
      environment.remove("MLFLOW_TRACKING_TOKEN");
      Outcome refused = run("ls", "models:/iris@champion");

      assertThat(unknown.code()).isEqualTo(5);
      assertThat(unknown.err()).contains("caCertificate");
      assertThat(trusted.err()).doesNotContain("error");
      assertThat(trusted.code()).isZero();
      assertThat(insecure.out()).contains("model.onnx");
      assertThat(refused.code()).isEqualTo(4);
      assertThat(refused.err()).contains("MLFLOW_TRACKING_TOKEN");
    }
  }

  @Test
  void givenASignatureOfAWideTableWhenInspectedThenPeopleSeeItsBeginning() throws Exception {
    Path model = Fixtures.get("mlflow-1.30-onnx").copyTo(directory);
    String columns = IntStream.range(0, 2000)
        .mapToObj("{\"type\": \"double\", \"name\": \"c%d\"}"::formatted)
        .collect(Collectors.joining(", "));
    Files.writeString(
        model.resolve("MLmodel"),
        "flavors: {onnx: {data: model.onnx}}\nsignature: {inputs: '[" + columns + "]'}");

    Outcome human = run("inspect", model.toString());
    Outcome machine = run("inspect", model.toString(), "--json");

    assertThat(human.out()).contains("\"c9\"", "see --json").doesNotContain("\"c1999\"");
    assertThat(machine.out()).contains("c1999");
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
