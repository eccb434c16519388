package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.GraphOptimization;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.Sandbox;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that meet a real model: what they change, and what is said where they do not fit. */
@Timeout(120)
class GraphChangesTest {
  @TempDir
  private static Path directory;

  private static Sandbox sandbox;
  private static OvmsConverter converter;

  @BeforeAll
  static void open() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().build();
  }

  @AfterAll
  static void close() {
    converter.close();
  }

  private static ConversionResult convert(String model, OptimizationOptions options) {
    return converter.convert(sandbox
        .request(FixtureTrees.path(model))
        .output(directory.resolve("served").resolve(Integer.toHexString(options.hashCode())))
        .options(options)
        .build());
  }

  private static OptimizationOptions options(String parameters) {
    OptimizationOptions.Builder options = OptimizationOptions.builder();
    for (String parameter : parameters.split(" & ", -1)) {
      int equals = parameter.indexOf('=');
      options.parameter(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return options.build();
  }

  @Test
  void given_several_options_then_the_result_tells_each_change_in_its_order() {
    ConversionResult result = convert(
        "onnx-conv/model.onnx",
        options("batch=2 & layout=nchw->nhwc & reverse_input_channels=true"
            + " & mean_values=(1,2,3) & scale=2"));
    assertThat(result.inputs()).hasToString("[image f32[2,16,16,3]]");
    assertThat(result.changes())
        .containsExactly(
            "input 'image': batch 1 -> 2",
            "input 'image': layout nchw -> nhwc",
            "input 'image': channels reversed",
            "input 'image': mean (1,2,3) subtracted",
            "input 'image': divided by (2)");
  }

  @Test
  void given_offline_optimization_then_it_is_the_same_model_to_its_users() {
    ConversionResult result = convert(
        "onnx-mlp/model.onnx",
        OptimizationOptions.builder()
            .graphOptimization(GraphOptimization.OFFLINE)
            .build());
    assertThat(result.inputs()).hasToString("[features f32[?,4]]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "onnx-mlp/model.onnx|input_shape=[1,4],[2,4]|the model has 1 input: 'features'|at most one",
        "onnx-mlp/model.onnx|input_shape=[1,4,1]|3 dimensions and the input 'features' has 2|2 dimensions",
        "onnx-mlp/model.onnx|input=feature[1,4]|no tensor or operation 'feature'|did you mean 'features'?",
        "onnx-mlp/model.onnx|output=logit|no tensor or operation 'logit'|did you mean 'logits'?",
        "saved-model-mlp/model|input=featurs|no tensor or operation 'featurs'|did you mean 'features'?",
        "onnx-mlp/model.onnx|mean_values=feature(1)|no input 'feature'|did you mean 'features'?",
        "onnx-mlp/model.onnx|scale_values=x(1)|no input 'x'|'features'",
        "onnx-mlp/model.onnx|layout=feature(nc)|no input or output 'feature'|did you mean 'features'?",
        "onnx-mlp/model.onnx|layout=nc,nc|2 layouts without names|give one for each",
        "onnx-mlp/model.onnx|mean_values=(1,2,3)|nothing tells which dimension|--layout",
        "onnx-conv/model.onnx|mean_values=(1,2)|nothing tells which dimension|--layout",
        "onnx-conv/model.onnx|mean_values=(1,2,3) & scale_values=(1,2)|3 mean values and 2 scale values|one of each",
        "onnx-conv/model.onnx|layout=nchw & mean_values=(1,2)|has 3 channels|give 3 values",
        "onnx-mlp/model.onnx|reverse_input_channels=true|no input has exactly one dimension of 3|--layout",
        "onnx-integers/model.onnx|mean_values=(1),(2)|floating-point|leave this input out",
        "onnx-two-in-two-out/model.onnx|mean_values=(1)|1 tuple without names|name the inputs",
        "onnx-two-in-two-out/model.onnx|input_shape=[1,3]|1 of the model's 2 inputs|give a shape for each",
        "onnx-if/model.onnx|input=flag->7,features|has no value 7|give values of that type",
        "onnx-mlp/model.onnx|input=features[1,4]->[1,2,3,4]|every input is frozen or cut off|leave one input"
      })
  void given_what_does_not_fit_the_model_then_the_error_says_what_does(
      String model, String parameters, String found, String remedy) {
    BadRequestException error =
        catchThrowableOfType(BadRequestException.class, () -> convert(model, options(parameters)));
    assertThat(error.problem().found() + error.problem().summary()).contains(found);
    assertThat(error.problem().remedy()).contains(remedy);
  }

  @Test
  void given_a_model_without_a_signature_when_shapes_are_taken_from_it_then_it_is_refused() {
    BadRequestException error = catchThrowableOfType(
        BadRequestException.class,
        () -> convert(
            "onnx-mlp/model.onnx",
            OptimizationOptions.builder().shapesFromSignature(true).build()));
    assertThat(error.problem().found()).contains("no MLflow signature");
    assertThat(error.problem().remedy()).contains("--input-shape");
  }

  @Test
  void given_options_then_the_plan_shows_them_in_their_own_syntax() {
    ConversionPlan plan = converter.plan(sandbox
        .request(FixtureTrees.path("onnx-mlp/model.onnx"))
        .options(options("input_shape=(1 4)"))
        .build());
    assertThat(plan.request().options().describe()).containsExactly("input_shape=[1,4]");
  }
}
