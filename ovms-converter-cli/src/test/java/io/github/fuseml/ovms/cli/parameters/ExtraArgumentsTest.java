package io.github.fuseml.ovms.cli.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OptimizationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraArgumentsTest {
  private final OptimizationOptions.Builder options = OptimizationOptions.builder();
  private final ConversionRequest.Builder request = ConversionRequest.builder().source("/model");
  private final List<String> notes = new ArrayList<>();

  private OptimizationOptions read(String text, @Nullable String optimizer) {
    new ExtraArguments("--extra-args", new GivenParameters(options), request, notes::add)
        .read(text, optimizer);
    return options.build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "--input_shape [1,3]|input_shape=[1,3]",
        "--input_shape '[1, 3]' --scale=2|input_shape=[1,3] scale=2",
        "--input_shape \"[1, 3]\"|input_shape=[1,3]",
        "--input_shape=[1,\\ 3]|input_shape=[1,3]",
        "--input=\"a[1 2]{i32}->[3 4]\"|input=a[1,2]{i32}->[3,4]",
        "--reverse_input_channels --batch 2|batch=2 reverse_input_channels=true",
        "--reverse_input_channels false -b 2|batch=2",
        "--compress_to_fp16=True|data_type=FP16",
        "--data_type half --static_shape|static_shape=true data_type=FP16",
        "-s 255|scale=255",
        "-b2 -s=3|batch=2 scale=3",
        "--scale 255 --scale=255.0|scale=255"
      })
  void given_arguments_that_mean_something_then_they_become_options(String text, String expected) {
    assertThat(read(text, null)).hasToString(expected);
    assertThat(notes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--disable_nhwc_to_nchw",
        "--use_new_frontend",
        "--framework onnx",
        "--framework=tf",
        "--log_level DEBUG",
        "--silent",
        "--keep_quantize_ops_in_IR",
        "--generate_experimental_IR_V10",
        "--progress True",
        "--legacy_ir_generation",
        "--disable_fusing"
      })
  void given_an_argument_without_a_meaning_today_then_it_is_accepted_with_a_note(String text) {
    assertThat(read(text, null)).hasToString("none");
    assertThat(notes).hasSize(1).allMatch(note -> note.contains("changes nothing: "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "--transform LowLatency2|no equivalent|--optimizer model-optimizer",
        "--use_legacy_frontend|no equivalent|--optimizer model-optimizer",
        "--extensions lib.so|no equivalent|--optimizer model-optimizer",
        "--input_model a.onnx|the conversion's source|leave it out",
        "-m a.onnx|the conversion's source|leave it out",
        "--output_dir /x|the conversion's output|leave it out",
        "--input_shap [1]|no such argument|did you mean --input_shape?",
        "--reverse_input_chanels|no such argument|did you mean --reverse_input_channels?",
        "--mean_file mean.binaryproto|no parameter of a conversion today|--mean_values",
        "--input_symbol net.json|no parameter of a conversion today|export the model to ONNX",
        "--generate_deprecated_IR_V7|no parameter of a conversion today|version 10",
        "--help|no parameter of a conversion today|convert --help",
        "-b0|a whole number above 0|example: 1",
        "--zzzzzzzzzz|no such argument|leave it out",
        "--batch|it needs a value|--batch=VALUE",
        "--input_shape [1, 3]|expected ']' at the end|quotes",
        "--mean_values=[1, 2, 3]|expected ']' at the end|quotes: --mean_values '[1, 3]'",
        "--input_shape [1,x]|at column 4|example",
        "--scale 2 --scale 3|given twice: 2 by --scale of --extra-args, 3 by --scale|give it once",
        "--layout nhwc stray|a flag was expected|quotes",
        "--layout 'nhwc|the quote at column 10 is not closed|close it"
      })
  void given_what_cannot_be_done_then_the_error_names_what_to_do_instead(
      String text, String found, String remedy) {
    BadRequestException error =
        catchThrowableOfType(BadRequestException.class, () -> read(text, null));
    assertThat(error.problem().found()).contains(found);
    assertThat(error.problem().remedy()).contains(remedy);
  }

  @Test
  void given_the_legacy_engine_then_it_gets_all_arguments_as_they_are() {
    OptimizationOptions read =
        read("--transform 'LowLatency2[use_const_initializer=False]' -b 1", "model-optimizer");
    assertThat(read.arguments())
        .containsExactly("--transform", "LowLatency2[use_const_initializer=False]", "-b", "1");
  }

  @Test
  void given_tags_of_a_graph_then_they_are_options() {
    assertThat(read("--saved_model_tags=serve,gpu --batch 1", null).savedModelTags())
        .containsExactly("serve", "gpu");
  }

  @Test
  void given_a_models_name_then_it_reaches_the_request() {
    read("--model_name mnist", null);
    assertThat(request.build().modelName()).contains("mnist");
  }
}
