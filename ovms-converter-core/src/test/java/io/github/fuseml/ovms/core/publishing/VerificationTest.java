package io.github.fuseml.ovms.core.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Converted models are run, and compared with what their own runtime gives. */
class VerificationTest {
  private static final Path FIXTURES = Fixtures.root();

  @TempDir
  private Path directory;

  private Sandbox sandbox;
  private OvmsConverter converter;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().build();
  }

  @AfterEach
  void close() {
    converter.close();
  }

  /** One of each format, and what is special about inputs: open dimensions, types, states. */
  static Stream<Fixture> runnable() {
    return Stream.of(
            "onnx-opset-newest",
            "onnx-external-two",
            "saved-model-lstm",
            "saved-model-no-default",
            "frozen-graph",
            "tf1-meta-graph",
            "tflite-conv",
            "paddle-conv",
            "mlflow-onnx-external")
        .map(Fixtures::get);
  }

  static Stream<Fixture> onnx() {
    return Stream.of("onnx-opset-newest", "onnx-external-two", "onnx-conv").map(Fixtures::get);
  }

  private ConversionResult verified(Fixture fixture, Verification level) {
    return converter.convert(sandbox
        .request(fixture.source())
        .publishing(PublishOptions.builder().verification(level).build())
        .build());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runnable")
  void givenAModelWhenItIsVerifiedByRunningThenItsOutputsAreFinite(Fixture fixture) {
    ConversionResult result = verified(fixture, Verification.INFER);

    assertThat(result.verification().level()).isEqualTo(Verification.INFER);
    assertThat(result.verification().outputs()).hasSameSizeAs(result.outputs());
    assertThat(result.verification().inputs()).isIn("seed", "example");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("onnx")
  void givenAnOnnxModelWhenItIsComparedThenItAgreesWithOnnxRuntime(Fixture fixture) {
    converter.installEngine("compare", line -> {});

    ConversionResult result = verified(fixture, Verification.COMPARE);

    assertThat(result.verification().runtime()).startsWith("ONNX Runtime 1.");
    assertThat(result.verification().outputs())
        .hasSameSizeAs(result.outputs())
        .allSatisfy(output -> assertThat(output.absolute()).isLessThan(0.01));
  }

  @Test
  void givenOptionsThatChangeTheInputWhenItIsToBeComparedThenItIsRefusedBeforeAnythingHappens() {
    assertThatThrownBy(() -> converter.convert(sandbox
            .request(FIXTURES.resolve("onnx-mlp/model.onnx"))
            .options(OptimizationOptions.builder().parameter("scale", "2").build())
            .publishing(
                PublishOptions.builder().verification(Verification.COMPARE).build())
            .build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("[scale]")
        .hasMessageContaining("--verify infer");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenAToleranceThatHalfPrecisionExceedsWhenItIsComparedThenNothingIsPublished() {
    converter.installEngine("compare", line -> {});

    assertThatThrownBy(() -> converter.convert(sandbox
            .request(FIXTURES.resolve("onnx-mlp/model.onnx"))
            .options(OptimizationOptions.builder().compressToFp16(true).build())
            .publishing(PublishOptions.builder()
                .verification(Verification.COMPARE)
                .tolerance(1e-9)
                .build())
            .build()))
        .isInstanceOf(VerificationFailedException.class)
        .hasMessageContaining("ONNX Runtime")
        .hasMessageContaining("--tolerance");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenAnMlflowModelWithAnExampleWhenItIsVerifiedThenTheExampleIsWhatItRunsOn() {
    ConversionResult result = converter.convert(sandbox
        .request(FIXTURES.resolve("mlflow-onnx/model"))
        .publishing(PublishOptions.builder().verification(Verification.INFER).build())
        .build());

    assertThat(result.verification().inputs()).isEqualTo("example");
  }

  /** What was made for these tests, see {@code make_models.py} there. */
  private static Path made(String name) {
    return Path.of("src/test/resources/verification").resolve(name).toAbsolutePath();
  }

  private ConversionResult verified(Path source, UnaryOperator<PublishOptions.Builder> options) {
    return converter.convert(sandbox
        .request(source)
        .publishing(options
            .apply(PublishOptions.builder().verification(Verification.COMPARE))
            .build())
        .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-row-table.onnx", "thirteen.onnx", "two-sizes.onnx"})
  void givenInputsOfWhichTheModelTellsLittleWhenItIsVerifiedThenSomeAreFoundThatItTakes(
      String name) {
    converter.installEngine("compare", line -> {});

    ConversionResult run =
        verified(made(name), options -> options.verification(Verification.INFER));
    ConversionResult compared = verified(made(name), options -> options.force(true));

    assertThat(run.verification().inputs()).isEqualTo("seed");
    assertThat(compared.verification().outputs())
        .hasSize(1)
        .allSatisfy(output -> assertThat(output.absolute()).isLessThan(1e-5));
  }

  @Test
  void givenASmallerToleranceThanLastTimeWhenItRunsAgainThenItIsComparedAgain() {
    converter.installEngine("compare", line -> {});
    Path model = made("one-row-table.onnx");

    assertThat(verified(model, options -> options.tolerance(0.5)).version()).isEqualTo(1);

    assertThat(verified(model, options -> options.tolerance(0.6)).published()).isFalse();
    assertThat(verified(model, options -> options.tolerance(0.1)).version()).isEqualTo(2);
    assertThat(
            verified(model, options -> options.verification(Verification.LOAD)).published())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved-model-mlp", "saved-model-lstm", "saved-model-no-default"})
  void givenASavedModelWhenItIsComparedThenItAgreesWithTensorFlow(String fixture) {
    converter.installEngine("keras", line -> {});

    ConversionResult result = verified(Fixtures.get(fixture).source(), options -> options);

    assertThat(result.verification().runtime()).startsWith("TensorFlow 2.");
    assertThat(result.verification().outputs())
        .hasSameSizeAs(result.outputs())
        .allSatisfy(output -> assertThat(output.absolute()).isLessThan(0.01));
  }

  @Test
  void givenASavedModelWithATableOfItsOwnWhenItIsComparedThenItIsRun() {
    converter.installEngine("keras", line -> {});

    assertThat(verified(made("has-a-table"), options -> options).published()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"writes-a-file, WriteFile", "calls-python, PyFunc"})
  void givenASavedModelThatDoesMoreThanComputeWhenItIsComparedThenItIsNotEvenLoaded(
      String name, String operation) {
    converter.installEngine("keras", line -> {});

    assertThatThrownBy(() -> verified(made(name), options -> options))
        .isInstanceOf(VerificationFailedException.class)
        .hasMessageContaining(operation)
        .hasMessageContaining("it was not loaded")
        .hasMessageContaining("--verify infer");

    sandbox.assertNothingLeft();
    assertThat(Path.of("written-by-the-model")).doesNotExist();
  }
}
