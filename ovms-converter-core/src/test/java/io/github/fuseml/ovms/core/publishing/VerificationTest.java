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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
}
