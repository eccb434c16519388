package io.github.fuseml.ovms.core.internal.detect.mlflow;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.copy;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowDetectorTest {
  private final FormatDetector detector = new MlflowDetector();

  @TempDir
  private Path directory;

  private DirectoryTree tree() {
    return DirectoryTree.of(directory);
  }

  private void describe(String yaml) {
    write(directory, "MLmodel", yaml);
  }

  private void addOnnx(String path) throws IOException {
    write(directory, path, Files.readAllBytes(FixtureTrees.path("onnx-mlp/model.onnx")));
  }

  @Nested
  class Convertible {
    @Test
    void givenTheOnnxFlavorThenItIsFoundWithWhatTheDescriptionTells() {
      DetectedModel model = found(detector, FixtureTrees.tree("mlflow-onnx-external/model"));

      assertThat(model.format()).isEqualTo(ModelFormat.ONNX);
      assertThat(model.path()).isEqualTo("model.onnx");
      assertThat(model.scope()).isEmpty();
      assertThat(model.files()).hasSize(2).contains("model.onnx");
      assertThat(model.attributes())
          .containsEntry("mlflow.flavor", "onnx")
          .containsKeys("mlflow.version", "mlflow.model_uuid", "onnx.opset");
      assertThat(model.attributes().get("mlflow.signature")).startsWith("{\"inputs\":[{");
      assertThat(model.reasons().get(0)).startsWith("MLmodel describes an MLflow model");
    }

    @Test
    void givenAModelOneLevelDownThenItsPathsAreThoseOfTheTree() {
      copy(FixtureTrees.path("mlflow-tensorflow-module/model"), directory.resolve("churn"));

      DetectedModel model = found(detector, tree());

      assertThat(model.path()).isEqualTo("churn/tf2model");
      assertThat(model.scope()).isEqualTo("churn");
      assertThat(model.name()).isEqualTo("churn");
      assertThat(model.files()).contains("churn/tf2model/saved_model.pb");
    }

    @Test
    void givenAKerasModelExportedAsSavedModelThenItIsFound() {
      DetectedModel model = found(detector, FixtureTrees.tree("mlflow-keras-exported/model"));

      assertThat(model.format()).isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
      assertThat(model.path()).isEqualTo("data/model");
    }

    @Test
    void givenADirectoryAsOnnxDataThenTheFileInItIsFound() throws IOException {
      describe("flavors: {onnx: {data: data}}");
      addOnnx("data/net.onnx");

      assertThat(found(detector, tree()).path()).isEqualTo("data/net.onnx");
    }

    @Test
    void givenSeveralFlavorsThenOnnxIsPreferred() throws IOException {
      copy(
          FixtureTrees.path("mlflow-tensorflow-module/model/tf2model"),
          directory.resolve("tf2model"));
      addOnnx("model.onnx");
      describe("flavors:\n  tensorflow: {saved_model_dir: tf2model}\n  onnx: {data: model.onnx}\n");

      assertThat(found(detector, tree()).attributes()).containsEntry("mlflow.flavor", "onnx");
    }

    @Test
    void givenABrokenPreferredFlavorThenTheNextOneIsTaken() {
      copy(
          FixtureTrees.path("mlflow-tensorflow-module/model/tf2model"),
          directory.resolve("tf2model"));
      describe("flavors:\n  tensorflow: {saved_model_dir: tf2model}\n  onnx: {data: model.onnx}\n");

      assertThat(found(detector, tree()).attributes()).containsEntry("mlflow.flavor", "tensorflow");
    }

    @Test
    void givenAnotherSignatureThanOpenVinoConvertsThenItWarns() {
      copy(FixtureTrees.path("saved-model-two-signatures/model"), directory.resolve("tfmodel"));
      describe("flavors: {tensorflow: {saved_model_dir: tfmodel, signature_def_key: embed}}");

      assertThat(found(detector, tree()).warnings())
          .contains("MLflow would call the signature 'embed', OpenVINO converts 'serving_default'");
    }

    @Test
    void givenNumbersThatLookLikeOthersThenTheyStayAsTheyAre() throws IOException {
      describe("mlflow_version: 1.30\nrun_id: 12345e10\nflavors: {onnx: {data: model.onnx}}");
      addOnnx("model.onnx");

      assertThat(found(detector, tree()).attributes())
          .containsEntry("mlflow.version", "1.30")
          .containsEntry("mlflow.run_id", "12345e10");
    }

    @Test
    void givenAByteOrderMarkThenItIsSkipped() throws IOException {
      describe("\uFEFFflavors: {onnx: {data: model.onnx}}");
      addOnnx("model.onnx");

      found(detector, tree());
    }

    @Test
    void givenASignatureThatIsNoJsonThenItIsLeftOut() throws IOException {
      describe("signature: {inputs: '" + "[".repeat(100_000)
          + "'}\nflavors: {onnx: {data: model.onnx}}");
      addOnnx("model.onnx");

      assertThat(found(detector, tree()).attributes()).doesNotContainKey("mlflow.signature");
    }
  }

  @Nested
  class NotConvertible {
    @ParameterizedTest
    @CsvSource({
      "mlflow-sklearn, sklearn, hummingbird.ml.convert",
      "mlflow-pytorch-pickle, pytorch, torch.onnx.export",
      "mlflow-pyfunc, python_function, ONNX",
      "bad-mlflow-flavor-unknown, abacus, ONNX",
    })
    void givenAnotherFlavorThenItIsNamedWithAWayOut(String fixture, String flavor, String remedy) {
      Refusal refusal = refused(detector, FixtureTrees.tree(fixture + "/model"));

      assertThat(refusal.path()).isEqualTo("MLmodel");
      assertThat(refusal.scope()).isEmpty();
      assertThat(refusal.what()).contains(flavor);
      assertThat(refusal.remedy()).contains(remedy).contains("mlflow.onnx.log_model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlflow-keras", "mlflow-tensorflow-keras"})
    void givenAKerasFileThenAnExportIsAdvised(String fixture) {
      Refusal refusal = refused(detector, FixtureTrees.tree(fixture + "/model"));

      assertThat(refusal.reason()).startsWith("data/model.keras: ");
      assertThat(refusal.what()).contains("Keras 3 archive");
      assertThat(refusal.remedy()).contains("model.export(\"dir\")");
    }

    @Test
    void givenAnH5FileAtTheRootThenAnExportIsAdvised() throws IOException {
      describe("flavors: {keras: {data: model.h5, keras_version: 2.2.4}}");
      write(directory, "model.h5", Files.readAllBytes(FixtureTrees.path("keras-h5/model.h5")));

      assertThat(refused(detector, tree()).what()).contains("HDF5");
    }

    @Test
    void givenAnOnnxFileAmongTheArtifactsOfAPythonModelThenItIsNamed() {
      assertThat(
              refused(detector, FixtureTrees.tree("mlflow-pyfunc-onnx/model")).remedy())
          .startsWith("convert its artifact artifacts/net.onnx by itself");
    }

    @Test
    void givenAPathThatIsMissingThenItIsRefused() {
      assertThat(refused(detector, FixtureTrees.tree("bad-mlflow-model-missing/model"))
              .reason())
          .isEqualTo("the flavor's path 'model.onnx' is missing");
    }

    @Test
    void givenAFileThatIsNotWhatTheFlavorSaysThenItIsRefused() {
      describe("flavors: {onnx: {data: model.onnx}}");
      write(directory, "model.onnx", "text");

      assertThat(refused(detector, tree()).reason()).contains("not what the flavor says");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.onnx", "/etc/passwd", "a/../../x", "'C:\\x'"})
    void givenAPathThatLeadsOutThenItIsRefused(String path) {
      describe("flavors: {onnx: {data: " + path + "}}");

      assertThat(refused(detector, tree()).remedy()).contains("must stay");
    }

    @Test
    void givenTheDescriptionAloneThenTheDirectoryIsAskedFor() {
      assertThat(
              refused(detector, FixtureTrees.tree("mlflow-onnx/model/MLmodel")).remedy())
          .isEqualTo("give the directory that holds MLmodel");
    }

    @Test
    void givenNoDescriptionThenItIsDeclined() {
      assertThat(declined(detector, FixtureTrees.tree("onnx-mlp")))
          .contains("no file named MLmodel");
    }
  }

  @Nested
  class HostileDescriptions {
    private String reason() {
      return Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> refused(detector, tree()).reason());
    }

    @Test
    void givenBrokenYamlThenTheLineIsNamed() {
      assertThat(refused(detector, FixtureTrees.tree("bad-mlflow-yaml/model")).reason())
          .contains("at line 3");
    }

    @Test
    void givenAnAliasBombThenItIsRefused() {
      describe("a0: &a0 [x, x]\n"
          + IntStream.range(1, 100)
              .mapToObj(i ->
                  "a%d: &a%d [%s]".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9) + "x"))
              .collect(Collectors.joining("\n")));

      assertThat(reason()).contains("aliases");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "!!javax.script.ScriptEngineManager [x]",
          "flavors: !!python/object/apply:os.system [id]",
          "flavors: !custom {a: b}",
        })
    void givenATagThenItIsRefused(String yaml) {
      describe(yaml);

      assertThat(reason()).startsWith("MLmodel is no plain YAML");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? ", "'"})
    void givenValuesNestedWithoutEndThenItIsRefused(String opening) {
      describe("flavors: " + opening.repeat(100_000));

      assertThat(reason()).startsWith("MLmodel ");
    }

    @Test
    void givenAHugeFileThenItIsNotRead() {
      describe("x".repeat((1 << 20) + 1));
      DirectoryTree tree = tree();

      assertThat(refused(detector, tree).reason()).contains("1048577 bytes");
      assertThat(tree.bytesRead()).isZero();
    }

    @Test
    void givenAnotherEncodingThenItIsNamed() {
      write(directory, "MLmodel", "flavors: {}".getBytes(StandardCharsets.UTF_16));
      assertThat(reason()).isEqualTo("MLmodel is UTF-16 or UTF-32, MLflow writes UTF-8");

      write(directory, "MLmodel", "flavors: {ä: 1}".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(reason()).isEqualTo("MLmodel is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "just text", "- a", "flavors:", "flavors: [onnx]", "flavors: {}"})
    void givenNoFlavorsThenItIsRefused(String yaml) {
      describe(yaml);

      assertThat(reason()).startsWith("MLmodel ");
    }
  }
}
