package io.github.fuseml.ovms.cli.fuseml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FusemlStepTest {
  private final Map<String, String> environment =
      new HashMap<>(Map.of("FUSEML_INPUT_MODEL", "s3://bucket/model/"));

  private FusemlStep with(String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return FusemlStep.read(environment);
  }

  private static ConversionRequest request(FusemlStep step) {
    return step.request().build();
  }

  @Test
  void given_the_input_alone_then_everything_else_has_its_default() {
    FusemlStep step = with();
    assertThat(request(step).source().value()).isEqualTo("s3://bucket/model/");
    assertThat(request(step).output()).isEqualTo(request(step).source());
    assertThat(step.outputUrl()).isEqualTo("s3://bucket/model/");
    assertThat(request(step).format()).isEmpty();
    assertThat(request(step).outputFormat()).isEqualTo(ModelFormat.OPENVINO_IR);
    assertThat(request(step).options().compressToFp16()).isFalse();
    assertThat(step.verbosity()).isNull();
    assertThat(step.notes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(FusemlVariable.class)
  void given_an_empty_variable_then_it_counts_as_unset(FusemlVariable variable) {
    if (variable == FusemlVariable.INPUT_MODEL) {
      assertThatThrownBy(() -> with(variable.variable(), ""))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("FUSEML_INPUT_MODEL is not set");
    } else {
      assertThat(with(variable.variable(), "").notes()).isEmpty();
    }
  }

  @Test
  void given_locations_and_formats_then_they_reach_the_request() {
    FusemlStep step = with(
        "FUSEML_OUTPUT_MODEL", "s3://other/out",
        "FUSEML_INPUT_FORMAT", "mlflow",
        "FUSEML_INPUT_FLAVOR", "keras",
        "FUSEML_OUTPUT_FORMAT", "onnx");
    assertThat(request(step).flavor()).contains("keras");
    assertThat(request(step).output().value()).isEqualTo("s3://other/out");
    assertThat(step.outputUrl()).isEqualTo("s3://other/out");
    assertThat(request(step).format()).contains("mlflow");
    assertThat(request(step).outputFormat()).isEqualTo(ModelFormat.ONNX);
    assertThat(request(with("FUSEML_INPUT_FORMAT", "auto")).format()).isEmpty();
    assertThat(request(with("FUSEML_OUTPUT_FORMAT", "openvino")).outputFormat())
        .isEqualTo(ModelFormat.OPENVINO_IR);
  }

  @ParameterizedTest
  @CsvSource({"FP16,true", "half,true", "fp16,true", "FP32,false", "float,false", "Float,false"})
  void given_a_data_type_then_it_decides_the_compression(String value, boolean compressed) {
    assertThat(with("FUSEML_DATA_TYPE", value).request().build().options().compressToFp16())
        .isEqualTo(compressed);
  }

  @ParameterizedTest
  @CsvSource({
    "CRITICAL,QUIET",
    "ERROR,QUIET",
    "WARN,WARNINGS",
    "warning,WARNINGS",
    "INFO,NORMAL",
    "DEBUG,VERBOSE",
    "NOTSET,VERBOSE"
  })
  void given_a_log_level_then_it_decides_the_verbosity(String value, Verbosity verbosity) {
    assertThat(with("FUSEML_LOG_LEVEL", value).verbosity()).isEqualTo(verbosity);
  }

  @ParameterizedTest
  @CsvSource({"1,VERBOSE", "true,VERBOSE", "TRUE,VERBOSE", "false,", "False,", "0,"})
  void given_verbose_then_it_is_read_as_a_truth_value(String value, Verbosity verbosity) {
    assertThat(with("FUSEML_VERBOSE", value).verbosity()).isEqualTo(verbosity);
  }

  @ParameterizedTest
  @CsvSource({"FUSEML_LOG_LEVEL,loud", "FUSEML_VERBOSE,maybe"})
  void given_a_wrong_value_then_the_error_names_the_variable_and_the_choices(
      String name, String value) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining("use ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FUSEML_INPUT_SHAPE|[1, 3,224 ,224]|input_shape=[1,3,224,224]",
        "FUSEML_SCALE|255|scale=255",
        "FUSEML_INPUT|data[1 3]{i32}|input=data[1,3]{i32}",
        "FUSEML_OUTPUT|prob, split:1|output=prob,split:1",
        "FUSEML_MEAN_VALUES|(1,2,3)|mean_values=(1,2,3)",
        "FUSEML_SCALE_VALUES|data[1.5,2,3]|scale_values=data(1.5,2,3)",
        "FUSEML_BATCH|1|batch=1",
        "FUSEML_REVERSE_INPUT_CHANNELS|true|reverse_input_channels=true",
        "FUSEML_STATIC_SHAPE|1|static_shape=true",
        "FUSEML_EXTRA_ARGS|--layout 'nhwc -> nchw' --batch=2|batch=2 layout=nhwc->nchw",
        "FUSEML_EXTRA_ARGS|--compress_to_fp16 --static_shape|static_shape=true data_type=FP16",
        "FUSEML_EXTRA_ARGS|--reverse_input_channels=False -b 3|batch=3"
      })
  void given_a_parameter_of_the_model_optimizer_then_it_becomes_an_option(
      String name, String value, String options) {
    assertThat(with(name, value).request().build().options()).hasToString(options);
  }

  @Test
  void given_the_arguments_of_a_published_workflow_then_they_are_taken_unchanged() {
    FusemlStep step = with(
        "FUSEML_OUTPUT_MODEL", "s3://bucket/model/ovms",
        "FUSEML_INPUT_FORMAT", "auto",
        "FUSEML_BATCH", "1",
        "FUSEML_REVERSE_INPUT_CHANNELS", "false",
        "FUSEML_STATIC_SHAPE", "false",
        "FUSEML_LOG_LEVEL", "INFO",
        "FUSEML_EXTRA_ARGS", "--disable_nhwc_to_nchw");
    assertThat(step.request().build().options()).hasToString("batch=1");
    assertThat(step.notes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FUSEML_REVERSE_INPUT_CHANNELS", "FUSEML_STATIC_SHAPE"})
  void given_a_flag_that_is_off_then_it_is_accepted(String name) {
    assertThat(with(name, "false").notes()).isEmpty();
  }

  @Test
  void given_a_parameter_as_an_input_and_otherwise_among_the_arguments_then_both_are_named() {
    assertThatThrownBy(() -> with("FUSEML_BATCH", "1", "FUSEML_EXTRA_ARGS", "-b2"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("it is given twice: 1 by FUSEML_BATCH, 2 by -b of FUSEML_EXTRA_ARGS");
    assertThat(with("FUSEML_BATCH", "2", "FUSEML_EXTRA_ARGS", "-b2")
            .request()
            .build()
            .options())
        .hasToString("batch=2");
  }

  @Test
  void given_arguments_without_a_meaning_today_then_they_are_accepted_with_a_note() {
    FusemlStep step = with("FUSEML_EXTRA_ARGS", " --disable_nhwc_to_nchw\t--use_new_frontend ");
    assertThat(step.notes())
        .extracting(Message::text)
        .hasSize(2)
        .allMatch(text -> text.contains("FUSEML_EXTRA_ARGS"));
  }
}
