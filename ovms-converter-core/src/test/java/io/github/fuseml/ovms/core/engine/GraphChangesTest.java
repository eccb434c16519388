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
import java.nio.file.Files;
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

  /** What reads a training set, which no other program can, feeds many a graph of TensorFlow. */
  private static final String PIPELINE = """
      node {
        name: "iterator"
        op: "OneShotIterator"
      }
      node {
        name: "next"
        op: "IteratorGetNext"
        input: "iterator"
      }
      node {
        name: "y"
        op: "Sub"
        input: "next"
        input: "next:1"
        attr {
          key: "T"
          value {
            type: DT_FLOAT
          }
        }
      }
      """;

  @Test
  void given_what_cannot_be_converted_before_the_inputs_then_it_is_cut_off() throws Exception {
    Path graph = Files.writeString(directory.resolve("pipeline.pbtxt"), PIPELINE);
    ConversionResult result = converter.convert(sandbox
        .request(graph)
        .output(directory.resolve("cut"))
        .options(options("input=next:0[1,4],next:1[1,4] & output=y"))
        .build());
    assertThat(result.inputs()).hasToString("[next:0 f32[1,4], next:1 f32[1,4]]");
    assertThat(result.outputs()).hasToString("[y:0 f32[1,4]]");
  }

  @Test
  void given_one_of_two_inputs_then_the_other_stays_where_an_output_needs_it() {
    ConversionResult both = convert("onnx-two-in-two-out/model.onnx", options("input=left[1,3]"));
    assertThat(both.inputs()).hasToString("[left f32[1,3], right f32[?,5]]");
    assertThat(both.changes())
        .contains("input 'right' stays: the outputs 'total', 'similarity' need it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "onnx-odd-names/model.onnx|input=\"/enc/x[0]\"[1,4],\"in put,1\"[1,4]|[/enc/x[0] f32[1,4], in put,1 f32[1,4]]",
        "onnx-odd-names/model.onnx|output=\"h{1}\"|[/enc/x[0] f32[?,4]]",
        "onnx-odd-names/model.onnx|output=\"node(1)\"|[/enc/x[0] f32[?,4]]",
        "onnx-odd-names/model.onnx|mean_values=\"/enc/x[0]\"(1)|[/enc/x[0] f32[?,4], in put,1 f32[?,4]]",
        "onnx-two-in-two-out/model.onnx|input=left,right[1,5]->1|[left f32[?,3]]",
        "onnx-two-in-two-out/model.onnx|input=left,right[2,5]->[1,2,3,4,5]|[left f32[?,3]]",
        "frozen-graph/model.pb|mean_values=features(1)|[features:0 f32[?,4]]",
        "onnx-conv/model.onnx|layout=n...|[image f32[1,3,16,16]]",
        "saved-model-mlp/model|input=serving_default_features[1,4]"
            + " & mean_values=serving_default_features(1)|[features f32[1,4]]"
      })
  void given_names_and_values_in_whatever_form_then_they_are_found(
      String model, String parameters, String inputs) {
    assertThat(convert(model, options(parameters)).inputs()).hasToString(inputs);
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
        "onnx-mlp/model.onnx|mean_values=feature(1)|no input of that name|did you mean 'features'?",
        "onnx-mlp/model.onnx|scale_values=x(1)|no input of that name|'features'",
        "onnx-mlp/model.onnx|layout=feature(nc)|no input or output of that name|did you mean 'features'?",
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
        "onnx-named-nodes/model.onnx|output=split:2|the operation 'split' has no port|counted from 0",
        "onnx-named-nodes/model.onnx|input=5:add|the operation 'add' has no port|counted from 0",
        "onnx-mlp/model.onnx|output=1:m2|the input 1 of 'm2' is a weight|one that is computed",
        "frozen-graph/model.pb|output=Relu:5|the operation 'Relu' has no port|counted from 0",
        "frozen-graph/model.pb|output=5:Relu|the operation 'Relu' has 1 input,|number of one",
        "onnx-odd-names/model.onnx|input=in put,1[1,4]|no tensor or operation 'in put'|did you mean \"in put,1\"?",
        "onnx-odd-names/model.onnx|mean_values=in put 1(2)|no input of that name|did you mean \"in put,1\"?",
        "frozen-graph-text/model.pbtxt|output=5:Relu|the operation 'Relu' has 1 input,|number of one",
        "frozen-graph/model.pb|input=Relu:1[1,8]|the operation 'Relu' has no port|counted from 0",
        "saved-model-mlp/model|output=StatefulPartitionedCall:7|has no port|counted from 0",
        "saved-model-two-in-two-out/model|output=6:StatefulPartitionedCall|has 4 inputs|number of one",
        "onnx-mlp/model.onnx|input=probabilities & output=logits|nothing that leads to the outputs|leave it out",
        "onnx-two-in-two-out/model.onnx|input=left,right & output=left|from 'right'|leave it out",
        "onnx-mlp/model.onnx|input=r1->1|leaves open|--input 'r1[1,8]->...'",
        "onnx-two-in-two-out/model.onnx|input=left,right->1|leaves open|--input 'right[1,5]->...'",
        "onnx-two-in-two-out/model.onnx|input=left[2,3],right[2,5]->[1,2,3]|10 elements and 3 values are|give 10 values",
        "onnx-two-in-two-out/model.onnx|input=left,right[1,5]->1e39|type f32, which has no value 1e39|another type",
        "onnx-integers/model.onnx|input=ids,weight[1,6]->3000000000|type i32, which has no value|another type",
        "onnx-integers/model.onnx|mean_values=ids(1)|floating-point|leave this input out",
        "onnx-integers/model.onnx|scale=2|ids{i64}, weight{i32}|leave it out",
        "onnx-conv/model.onnx|target_layout=nhwc|nothing tells the layout that 'image' has|--layout 'image(nchw->nhwc)'",
        "onnx-conv/model.onnx|target_layout=nhwc & mean_values=(1,2,3)|nothing tells the layout|image(nchw->nhwc)",
        "onnx-conv/model.onnx|layout=nhc|'nhc' names 3 dimensions and 'image' has 4|a letter for each",
        "onnx-conv/model.onnx|layout=n...c & reverse_input_channels=true|3 channels|--layout 'image(nchw)'",
        "onnx-conv/model.onnx|layout=n...->nhwc|leaves open which dimension|name every dimension",
        "onnx-conv/model.onnx|input_shape=[0,3,0,16]|at the operation Conv|the model converts as it is, with the inputs image[1,3,16,16]",
        "onnx-conv/model.onnx|input=image{u8}|at the operation Conv|the inputs image[1,3,16,16]",
        "onnx-mlp/model.onnx|input_shape=[1,5]|at the operation MatMul 'm1': Incompatible|the inputs features[?,4]",
        "onnx-mlp/model.onnx|input=features[1,5]|at the operation MatMul 'm1'|the inputs features[?,4]",
        "saved-model-conv/model|input_shape=[1,3,16,16]|does not work with it|the inputs image[?,16,16,3]",
        "saved-model-two-in-two-out/model|input_shape=[1,3]|1 of the model's 2 inputs has a shape|each of 'left', 'right'",
        "onnx-conv/model.onnx|mean_values=imag(1)|no input of that name|did you mean 'image'?",
        "onnx-conv/model.onnx|scale_values=nope(1)|no input of that name|use one of 'image'",
        "onnx-conv/model.onnx|layout=nope(nchw)|no input or output of that name|'image', 'scores'",
        "saved-model-mlp/model|mean_values=nope(1)|no input 'nope'|'features'",
        "saved-model-mlp/model|mean_values=featurs(1)|no input of that name|did you mean 'features'?",
        "saved-model-two-signatures/model|signature=embed & scale=2|'gain' is a single number|--scale-values 'rows(2)'",
        "saved-model-two-signatures/model|signature=embed & mean_values=gain(1)|'gain' is a single number|leave this input out",
        "saved-model-pure/model|scale=255|pixels{u8}|give it a type: --input 'pixels{f32}'",
        "onnx-two-in-two-out/model.onnx|reverse_input_channels=true|no input has exactly one dimension of 3|leave it out",
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
  void given_the_layout_of_an_output_then_the_result_calls_it_one() {
    ConversionResult result =
        convert("onnx-conv/model.onnx", options("layout=image(nchw),scores(nc->cn)"));
    assertThat(result.outputs()).hasToString("[scores f32[5,1]]");
    assertThat(result.changes()).containsExactly("output 'scores': layout nc -> cn");
  }

  @Test
  void given_an_output_that_is_cut_when_it_becomes_an_input_then_it_is_both_by_its_name() {
    ConversionResult result = convert(
        "onnx-named-nodes/model.onnx", options("input=values[1,4],s1[1,2] & output=sum,s1"));
    assertThat(result.inputs()).hasToString("[values f32[1,4], s1 f32[1,2]]");
    assertThat(result.outputs()).hasToString("[sum f32[1,2], s1 f32[1,2]]");
  }

  @Test
  void given_an_output_that_is_frozen_then_it_keeps_its_name_and_the_result_tells_its_value() {
    ConversionResult result = convert(
        "onnx-named-nodes/model.onnx", options("input=values[1,4],s1[1,2]->[1 2] & output=sum,s1"));
    assertThat(result.inputs()).hasToString("[values f32[1,4]]");
    assertThat(result.outputs()).hasToString("[sum f32[1,2], s1 f32[1,2]]");
    assertThat(result.changes()).contains("input 's1' is the constant 1,2 of type f32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "input=image[1,3,16]|3 dimensions and the input 'image' has 4: [1,3,16,16]",
        "layout=nhwcd|'nhwcd' names 5 dimensions and 'image' has 4",
        "layout=image(nchw->nhw)|'nhw' names 3 dimensions and 'image' has 4",
        "layout=scores(n)|'n' names 1 dimension and 'scores' has 2",
        "layout=image(nchw...d?)|names 6 dimensions and 'image' has 4"
      })
  void given_dimensions_that_do_not_fit_the_model_then_they_are_refused_with_the_plan(
      String parameters, String found) {
    BadRequestException error = catchThrowableOfType(
        BadRequestException.class,
        () -> converter.plan(sandbox
            .request(FixtureTrees.path("onnx-conv/model.onnx"))
            .options(options(parameters))
            .build()));
    assertThat(error.problem().found()).contains(found);
    assertThat(error.problem().remedy()).isNotEmpty();
  }

  @Test
  void given_layouts_that_are_the_same_when_each_fits_its_input_then_they_are_planned() {
    ConversionPlan plan = converter.plan(sandbox
        .request(FixtureTrees.path("onnx-two-in-two-out/model.onnx"))
        .options(options("layout=nc,nc"))
        .build());
    assertThat(plan.request().options().describe()).containsExactly("layout=nc,nc");
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
