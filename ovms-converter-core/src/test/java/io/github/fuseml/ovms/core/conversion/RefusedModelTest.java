package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model that cannot be converted is refused with the file, the reason and what to do instead. */
class RefusedModelTest {
  private static final Class<UnsupportedFormatException> UNSUPPORTED =
      UnsupportedFormatException.class;

  /** Only the library of HDF5, or Keras itself, sees what is wrong with them. */
  private static final List<String> TOLD_BY_THE_EXPORT =
      List.of("bad-keras-h5-external", "keras-2-h5-custom");

  @TempDir
  private static Path directory;

  private static Sandbox sandbox;
  private static OvmsConverter converter;

  /** A fixture, its error, a phrase of what was found, a phrase of what to do. */
  record Refused(
      String name, Class<? extends OvmsConverterException> error, String found, String remedy) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Refused refused(String name, String found, String remedy) {
    return new Refused(name, UNSUPPORTED, found, remedy);
  }

  static Stream<Refused> refused() {
    return Stream.of(
        new Refused(
            "bad-directory-onnx-and-saved-model",
            BadRequestException.class,
            "'model.onnx' (ONNX)",
            "--artifact"),
        new Refused(
            "bad-directory-two-onnx",
            BadRequestException.class,
            "'two.onnx' (ONNX)",
            "--artifact one.onnx"),
        new Refused(
            "bad-onnx-unknown-operator",
            ConversionFailedException.class,
            "org.example.ops.Frobnicate",
            "without these operators"),
        refused("bad-ir-weights-missing", "model.bin is missing", "copy it beside"),
        refused("bad-ir-weights-truncated", "model.bin has 228 bytes", "copy it again"),
        refused("bad-mlflow-flavor-unknown", "abacus", "mlflow.onnx.log_model"),
        refused("bad-mlflow-model-missing", "'model.onnx' is missing", "copy the whole directory"),
        refused("bad-mlflow-path-outside", "'../outside.onnx' leaves", "must stay"),
        refused("bad-mlflow-yaml", "MLmodel is no plain YAML", "log the model again"),
        refused(
            "bad-onnx-external-absolute", "'/etc/passwd' (it is absolute)", "save the model again"),
        refused("bad-onnx-external-missing", "'gone.data'", "put the files beside the model"),
        refused("bad-onnx-external-offset", "'weights.data'", "copy the files again"),
        refused("bad-onnx-external-outside", "'../../outside.data'", "save the model again"),
        refused("bad-onnx-external-too-short", "the file has 100", "copy the files again"),
        refused("bad-onnx-text", "'model.onnx' is not a protobuf", "the model's own file"),
        refused("bad-onnx-truncated", "truncated", "fetch or export the model again"),
        refused("bad-paddle-parameters-missing", "model.pdiparams is missing", "copy it beside"),
        refused(
            "bad-saved-model-data-deleted",
            "variables/variables.data-00000-of-00001",
            "copy the whole directory"),
        refused("bad-saved-model-no-signatures", "without signatures", "save it with one"),
        refused("bad-saved-model-variables-deleted", "variables/variables.index", "copy the whole"),
        refused("gguf", "GGUF", "optimum-cli export openvino"),
        refused(
            "bad-keras-h5-external", "'secret' in it takes its data from another file", "export"),
        refused("keras-2-h5-custom", "Tripled: it is a custom object", "model.export("),
        refused("keras-2-h5-lambda", "a Lambda layer 'plus'", "model.export("),
        refused("keras-v3-custom", "'fixtures>Doubled', whose code is not", "model.export("),
        refused("keras-v3-lambda", "a Lambda layer 'plus'", "model.export("),
        refused("keras-weights", "no graph", "load_weights"),
        refused("mlflow-1.30-sklearn", "sklearn", "hummingbird"),
        refused("mlflow-2.22-lightgbm", "lightgbm", "hummingbird"),
        refused(
            "mlflow-2.22-pyfunc-saved-model",
            "python_function",
            "artifacts/exported by itself (--artifact artifacts/exported), it is TensorFlow"),
        refused("mlflow-2.3-sklearn", "sklearn", "hummingbird"),
        refused("mlflow-3.1-xgboost", "xgboost", "hummingbird"),
        refused("mlflow-pyfunc", "python_function", "mlflow.onnx.log_model"),
        refused("mlflow-pyfunc-onnx", "python_function", "artifacts/net.onnx by itself"),
        refused("mlflow-pytorch-exported", "pytorch", "torch.onnx.export"),
        refused("mlflow-pytorch-pickle", "pytorch", "torch.onnx.export"),
        refused("mlflow-pytorch-script", "pytorch", "torch.onnx.export"),
        refused("mlflow-sklearn", "sklearn", "hummingbird"),
        refused("paddle-pir", "PIR", "FLAGS_enable_pir_api=0"),
        refused("pickle-protocol-0", "pickle", "export the model in it to ONNX"),
        refused("safetensors", "no graph", "optimum-cli export onnx"),
        refused("sklearn-joblib", "pickled scikit-learn", "hummingbird"),
        refused("sklearn-pickle", "pickled scikit-learn", "hummingbird"),
        refused("sklearn-skops", "skops", "hummingbird"),
        refused("torch-exported", ".pt2", "torch.onnx.export"),
        refused("torch-legacy", "pickle", "torch.onnx.export"),
        refused("torch-module", "pickle", "torch.onnx.export"),
        refused("torch-script", "TorchScript", "torch.jit.load"),
        refused("torch-state", "pickle", "torch.onnx.export"));
  }

  @BeforeAll
  static void start() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().build();
    converter.installEngine("keras", System.out::println);
  }

  @AfterAll
  static void end() {
    converter.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void givenAModelThatCannotBeConvertedThenTheErrorNamesItAndWhatToDo(Refused refused) {
    // given
    Path source = source(refused.name());

    // when
    OvmsConverterException error = catchThrowableOfType(
        OvmsConverterException.class,
        () -> converter.convert(sandbox.request(source).build()));

    // then
    assertThat(error).isExactlyInstanceOf(refused.error());
    assertThat(error.problem().summary()).contains(refused.found());
    assertThat(error.problem().remedy()).contains(refused.remedy());
    assertThat(error.getMessage()).contains(source.getFileName().toString());
    assertThat(error.isRetryable()).isFalse();
    // Paths of the machine that built the engine, or traces of its code, help nobody.
    assertThat(error.getMessage())
        .doesNotContain("\n", "\tat ", "Exception", "Traceback", "/src/", ".cpp:", "site-packages");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenTheFixturesThenNoneThatCannotBeConvertedIsMissingHere() {
    List<String> names = Fixtures.all().stream()
        .filter(fixture -> !fixture.isConvertible())
        .map(Fixture::name)
        .toList();

    assertThat(refused().map(Refused::name)).containsExactlyInAnyOrderElementsOf(names);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedBeforeTheEngine")
  void givenAModelThatCannotBeConvertedThenThePlanRefusesItWithTheSameError(Refused refused) {
    var request = sandbox.request(source(refused.name())).build();

    OvmsConverterException planned =
        catchThrowableOfType(OvmsConverterException.class, () -> converter.plan(request));

    assertThat(planned).isExactlyInstanceOf(refused.error());
    assertThat(planned.getMessage())
        .isEqualTo(
            catchThrowableOfType(OvmsConverterException.class, () -> converter.convert(request))
                .getMessage());
  }

  /** All but those that only the engine, or Keras, can tell. */
  static Stream<Refused> refusedBeforeTheEngine() {
    return refused()
        .filter(refused -> refused.error() != ConversionFailedException.class)
        .filter(refused -> !TOLD_BY_THE_EXPORT.contains(refused.name()));
  }

  @Test
  void givenAModelThatCannotBeConvertedThenItIsOnlyRead() {
    Path source = source("bad-onnx-unknown-operator");
    Map<String, String> before = Sandbox.digests(source.getParent());

    assertThatThrownBy(() -> converter.convert(sandbox.request(source).build()))
        .isInstanceOf(ConversionFailedException.class);

    assertThat(Sandbox.digests(source.getParent())).isEqualTo(before);
  }

  private static Path source(String name) {
    return Fixtures.all().stream()
        .filter(fixture -> fixture.name().equals(name))
        .map(fixture -> fixture.source())
        .findFirst()
        .orElseThrow();
  }
}
