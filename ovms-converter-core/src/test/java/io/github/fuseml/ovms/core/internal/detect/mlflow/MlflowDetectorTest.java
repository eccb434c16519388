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
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
    void givenSeveralFlavorsThenAllAreToldAndOnnxFirst() throws IOException {
      copy(
          FixtureTrees.path("mlflow-tensorflow-module/model/tf2model"),
          directory.resolve("tf2model"));
      addOnnx("model.onnx");
      describe("flavors:\n  tensorflow: {saved_model_dir: tf2model}\n  onnx: {data: model.onnx}\n");

      assertThat(detector.detect(tree()).models())
          .extracting(model -> model.attributes().get("mlflow.flavor"))
          .containsExactly("onnx", "tensorflow");
    }

    @Test
    void givenABrokenPreferredFlavorThenTheNextOneIsTakenAndTheFirstRefused() {
      copy(
          FixtureTrees.path("mlflow-tensorflow-module/model/tf2model"),
          directory.resolve("tf2model"));
      describe("flavors:\n  tensorflow: {saved_model_dir: tf2model}\n  onnx: {data: model.onnx}\n");

      Detection detection = detector.detect(tree());

      assertThat(detection.models()).hasSize(1);
      assertThat(detection.models().get(0).attributes())
          .containsEntry("mlflow.flavor", "tensorflow");
      assertThat(detection.refusals()).hasSize(1);
      assertThat(detection.refusals().get(0).reason()).contains("'model.onnx' is missing");
    }

    @Test
    void givenTheKeyOfASignatureThenThatOneIsConverted() {
      copy(FixtureTrees.path("saved-model-two-signatures/model"), directory.resolve("tfmodel"));
      describe("flavors: {tensorflow: {saved_model_dir: tfmodel, signature_def_key: embed}}");

      DetectedModel model = found(detector, tree());

      assertThat(model.attributes()).containsEntry("tensorflow.signature", "embed");
      assertThat(model.inputs()).hasToString("[gain f32[], rows f32[?,4]]");
    }

    @Test
    void givenTheKeyOfASignatureThatIsNotThereThenItWarns() {
      copy(FixtureTrees.path("saved-model-two-signatures/model"), directory.resolve("tfmodel"));
      describe("flavors: {tensorflow: {saved_model_dir: tfmodel, signature_def_key: predict}}");

      assertThat(found(detector, tree()).warnings())
          .contains("MLflow would call the signature 'predict', which is not there;"
              + " converted is 'serving_default'");
    }

    @ParameterizedTest
    @CsvSource({
      "mlflow-1.0-keras, model.h5, keras.h5, keras",
      "mlflow-1.0-tensorflow-estimator, tfmodel, tensorflow.saved_model, tensorflow",
      "mlflow-1.30-keras-h5, data/model.h5, keras.h5, keras",
      "mlflow-1.30-keras-plain, data/model, keras.h5, keras",
      "mlflow-1.30-keras-tf, data/model, tensorflow.saved_model, keras",
      "mlflow-1.30-onnx, model.onnx, onnx, onnx",
      "mlflow-1.30-tensorflow, tfmodel, tensorflow.saved_model, tensorflow",
      "mlflow-2.3-tensorflow-keras-h5, data/model.h5, keras.h5, tensorflow",
      "mlflow-2.3-tensorflow-keras-tf, data/model, tensorflow.saved_model, tensorflow",
      "mlflow-2.3-tensorflow-module, tf2model, tensorflow.saved_model, tensorflow",
      "mlflow-2.22-onnx, model.onnx, onnx, onnx",
      "mlflow-2.22-paddle, model.pdmodel, paddle, paddle",
      "mlflow-2.22-tensorflow-keras-h5, data/model.h5, keras.h5, tensorflow",
      "mlflow-3.1-keras, data/model.keras, keras.v3, keras",
      "mlflow-3.1-tensorflow-keras-h5, data/model.h5, keras.h5, tensorflow",
      "mlflow-keras, data/model.keras, keras.v3, keras",
      "mlflow-tensorflow-keras, data/model.keras, keras.v3, tensorflow",
    })
    void givenAModelOfAnyVersionThenItsFileIsFound(
        String fixture, String path, String format, String flavor) {
      DetectedModel model = found(detector, FixtureTrees.tree(fixture + "/model"));

      assertThat(model.path()).isEqualTo(path);
      assertThat(model.format().id()).isEqualTo(format);
      assertThat(model.scope()).isEmpty();
      assertThat(model.attributes()).containsEntry("mlflow.flavor", flavor);
    }

    @Test
    void givenASavedModelAboveAKerasFileThenItNeedsNoKeras() {
      copy(FixtureTrees.path("mlflow-keras-exported/model"), directory);
      copy(FixtureTrees.path("keras-v3"), directory.resolve("other"));
      write(directory, "data/model.keras", "");

      assertThat(found(detector, tree()).format()).isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
    }

    @Test
    void givenCustomObjectsInAPickleThenItIsSaid() throws IOException {
      copy(FixtureTrees.path("mlflow-keras/model"), directory);
      write(directory, "data/custom_objects.cloudpickle", "x");

      assertThat(found(detector, tree()).warnings())
          .contains("custom_objects.cloudpickle beside the model holds custom objects;"
              + " it is a pickle and never opened");
    }

    @Test
    void givenASignatureOfColumnsThenItIsTold() throws IOException {
      describe("""
          flavors: {onnx: {data: model.onnx}}
          model_id: m-0123456789abcdef0123456789abcdef
          signature:
            inputs: '[{"type": "double", "name": "a b"}]'
            outputs: 'no json'
          """);
      addOnnx("model.onnx");

      assertThat(found(detector, tree()).attributes())
          .containsEntry(
              "mlflow.signature", "{\"inputs\":[{\"type\":\"double\",\"name\":\"a b\"}]}")
          .containsEntry("mlflow.model_id", "m-0123456789abcdef0123456789abcdef");
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
    void givenASignatureOfAWideTableThenItIsReadAsAnyOther() throws IOException {
      String columns = IntStream.range(0, 40_000)
          .mapToObj(
              "{\"type\": \"double\", \"name\": \"ENSG%011d\", \"required\": true}"::formatted)
          .collect(Collectors.joining(", "));
      describe("flavors: {onnx: {data: model.onnx}}\nsignature: {inputs: '[" + columns + "]'}");
      addOnnx("model.onnx");

      assertThat(found(detector, tree()).attributes().get("mlflow.signature"))
          .contains("ENSG00000000000", "ENSG00000039999");
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

    @Test
    void givenAKerasModelWithALambdaLayerThenItIsRefused() throws IOException {
      describe("flavors: {keras: {data: data}}");
      write(
          directory,
          "data/model.keras",
          Files.readAllBytes(FixtureTrees.path("keras-v3-lambda/model.keras")));

      Refusal refusal = refused(detector, tree());

      assertThat(refusal.reason()).startsWith("data/model.keras: it holds a Lambda layer 'plus'");
      assertThat(refusal.remedy()).contains("model.export(\"dir\")");
    }

    @Test
    void givenASavedModelAmongTheArtifactsOfAPythonModelThenItIsNamed() {
      assertThat(refused(detector, FixtureTrees.tree("mlflow-2.22-pyfunc-saved-model/model"))
              .remedy())
          .startsWith("convert its artifact artifacts/exported by itself");
    }

    @ParameterizedTest
    @CsvSource({
      "sklearn, hummingbird",
      "xgboost, hummingbird",
      "lightgbm, hummingbird",
      "catboost, hummingbird",
      "spark, hummingbird",
      "pytorch, torch.onnx.export",
      "transformers, optimum-cli export onnx",
      "sentence_transformers, optimum-cli export onnx",
      "h2o, train it again",
      "prophet, mlflow models serve",
      "langchain, nothing in it is a network",
      "of_the_future, export the model to ONNX",
    })
    void givenAFlavorThatHoldsNothingToConvertThenTheWayOutIsItsOwn(String flavor, String remedy) {
      describe(
          "flavors:\n  python_function: {loader_module: mlflow.x}\n  " + flavor + ": {data: d}");

      Refusal refusal = refused(detector, tree());

      assertThat(refusal.what()).contains(flavor);
      assertThat(refusal.reason()).isEqualTo("none of them holds a format that OpenVINO reads");
      assertThat(refusal.remedy()).contains(flavor.equals("of_the_future") ? "to ONNX" : remedy);
    }

    @Test
    void givenArtifactsWhosePathsLeadOutThenTheyAreNotFollowed() {
      describe("flavors: {python_function: {artifacts: {a: {path: ../../etc, uri: /etc/passwd}}}}");

      assertThat(refused(detector, tree()).remedy()).startsWith("export the model that it wraps");
    }

    @Test
    void givenAnOnnxFileAmongTheArtifactsOfAPythonModelThenItIsNamed() {
      assertThat(
              refused(detector, FixtureTrees.tree("mlflow-pyfunc-onnx/model")).remedy())
          .startsWith("convert its artifact artifacts/net.onnx by itself");
    }

    @Test
    void givenDataThatAModuleOfTheUsersLoadsThenItIsNamed() throws IOException {
      describe("flavors: {python_function: {loader_module: own, data: data/net.onnx}}");
      addOnnx("data/net.onnx");

      assertThat(refused(detector, tree()).remedy())
          .startsWith("convert its artifact data/net.onnx by itself (--artifact data/net.onnx)");
    }

    @Test
    void givenExportsBesideWhatCannotBeConvertedThenEachIsNamedAsAShellTakesIt()
        throws IOException {
      describe("flavors: {sklearn: {pickled_model: model.pkl}}");
      addOnnx("extra_files/it's a net.onnx");
      addOnnx("extra_files/other.onnx");
      copy(FixtureTrees.path("mlflow-2.22-pyfunc-saved-model/model/artifacts"), directory);
      write(directory, "model.pkl", "x");

      assertThat(refused(detector, tree()).remedy())
          .contains("--artifact 'extra_files/it'\\''s a net.onnx'", "it is ONNX")
          .contains("or ONNX (--artifact extra_files/other.onnx)")
          .contains("or TensorFlow SavedModel (--artifact exported)")
          .endsWith("mlflow.onnx.log_model");
    }

    @Test
    void givenMoreArtifactsThanAnybodyReadsThenTheRestIsCounted() throws IOException {
      describe("flavors: {python_function: {loader_module: own}}");
      for (int i = 0; i < 7; i++) {
        addOnnx("artifacts/" + i + ".onnx");
      }

      assertThat(refused(detector, tree()).remedy())
          .contains("2.onnx), or one of 4 more; or")
          .doesNotContain("3.onnx");
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
  class Hostile {
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
      describe("x".repeat((4 << 20) + 1));
      DirectoryTree tree = tree();

      assertThat(refused(detector, tree).reason()).contains("4194305 bytes");
      assertThat(tree.bytesRead()).isZero();
    }

    @Test
    void givenAnotherEncodingThenItIsNamed() {
      write(directory, "MLmodel", "flavors: {}".getBytes(StandardCharsets.UTF_16));
      assertThat(reason()).isEqualTo("MLmodel is UTF-16 or UTF-32, MLflow writes UTF-8");

      write(directory, "MLmodel", "flavors: {ä: 1}".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(reason()).isEqualTo("MLmodel is not UTF-8");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.fuseml.ovms.core.internal.detect.mlflow.HostileDescriptions#all")
    void givenAHostileDescriptionThenOneClearLineSaysWhy(HostileDescriptions.Hostile hostile)
        throws IOException {
      addOnnx("model.onnx");
      write(directory, "MLmodel", hostile.content());

      assertThat(reason()).contains(hostile.reason()).hasSizeLessThan(400).doesNotContain("\n");
    }

    @Test
    void givenAThousandSeededMutationsThenEachIsAnsweredSoon() {
      Random random = new Random(20261124);
      for (int round = 0; round < 1000; round++) {
        write(directory, "MLmodel", HostileDescriptions.mutated(random));
        DirectoryTree tree = tree();
        Detection detection = Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> detector.detect(tree));
        assertThat(detection.models().isEmpty() && detection.refusals().isEmpty())
            .isEqualTo(detection.declined() != null);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "just text", "- a", "flavors:", "flavors: [onnx]", "flavors: {}"})
    void givenNoFlavorsThenItIsRefused(String yaml) {
      describe(yaml);

      assertThat(reason()).startsWith("MLmodel ");
    }
  }
}
