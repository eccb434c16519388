package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.Sandbox;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The legacy engine, chosen by its id. */
@Timeout(300)
class ModelOptimizerTest {
  @TempDir
  private Path directory;

  private Sandbox sandbox;

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory);
  }

  private ConversionRequest request(String model, OptimizationOptions.Builder options) {
    return sandbox
        .request(FixtureTrees.path(model))
        .optimizer("model-optimizer")
        .options(options.build())
        .build();
  }

  private OvmsConverter legacy() {
    OvmsConverter converter = sandbox.converter(EngineSettings.defaults()).build();
    converter.installEngine("model-optimizer", System.out::println);
    return converter;
  }

  @Test
  void given_options_and_further_arguments_then_it_takes_them_as_they_are() {
    // given
    OptimizationOptions.Builder options = OptimizationOptions.builder()
        .parameter("input_shape", "[1,16,16,3]")
        .parameter("reverse_input_channels", "true")
        .arguments(List.of("--mean_values=[1,2,3]"));
    try (OvmsConverter converter = legacy()) {
      // when
      ConversionResult result = converter.convert(request("saved-model-conv/model", options));
      // then
      assertThat(result.engine()).contains("2024.6");
      assertThat(result.inputs()).hasToString("[image f32[1,16,16,3]]");
      assertThat(result.changes())
          .containsExactly("passed to the Model Optimizer: --input_shape=[1,16,16,3]"
              + " --reverse_input_channels=True --compress_to_fp16=False --mean_values=[1,2,3]");
      sandbox.assertOnlyVersions(1);
    }
  }

  @Test
  void given_an_argument_that_it_refuses_then_its_own_words_are_the_error() {
    try (OvmsConverter converter = legacy()) {
      ConversionFailedException error = catchThrowableOfType(
          ConversionFailedException.class,
          () -> converter.convert(request(
              "onnx-mlp/model.onnx",
              OptimizationOptions.builder().arguments(List.of("--output", "nope")))));
      assertThat(error.problem().found()).contains("No node with name nope");
      sandbox.assertNothingLeft();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--input_model other.onnx|the conversion's source",
        "--saved_model_d=x|the conversion's source",
        "-mother.onnx|the conversion's source",
        "--output_dir /elsewhere|the conversion's output",
        "--output_d=/elsewhere|the conversion's output",
        "-o/elsewhere|the conversion's output",
        "--model_name x|--model-name",
        "--batch=2|given twice"
      })
  void given_what_the_request_settles_then_its_arguments_may_not_say_otherwise(
      String arguments, String found) {
    try (OvmsConverter converter = legacy()) {
      OptimizationOptions.Builder options = OptimizationOptions.builder()
          .parameter("batch", "1")
          .arguments(List.of(arguments.split(" ")));
      BadRequestException error = catchThrowableOfType(
          BadRequestException.class,
          () -> converter.convert(request("onnx-mlp/model.onnx", options)));
      assertThat(error.problem().found()).contains(found);
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void given_that_it_is_not_installed_then_the_error_says_how_to() {
    EngineSettings settings =
        EngineSettings.builder().home(directory.resolve("nothing")).build();
    try (OvmsConverter converter = sandbox.converter(settings).build()) {
      EngineMissingException error = catchThrowableOfType(
          EngineMissingException.class,
          () -> converter.convert(request("onnx-mlp/model.onnx", OptimizationOptions.builder())));
      assertThat(error.problem().remedy()).contains("engine install --with model-optimizer");
    }
  }

  @Test
  void given_its_arguments_and_another_engine_then_they_are_refused() {
    try (OvmsConverter converter = sandbox.converter().build()) {
      BadRequestException error = catchThrowableOfType(
          BadRequestException.class,
          () -> converter.convert(sandbox
              .request(FixtureTrees.path("onnx-mlp/model.onnx"))
              .options(OptimizationOptions.builder().arguments(List.of("--k=x")).build())
              .build()));
      assertThat(error.problem().remedy()).contains("--optimizer model-optimizer");
    }
  }
}
