package io.github.fuseml.ovms.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.testing.Cli;
import io.github.fuseml.ovms.cli.testing.Cli.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
  private final Cli cli = new Cli();

  @TempDir
  Path results;

  @BeforeEach
  void aStep() {
    cli.environment.put("FUSEML_INPUT_MODEL", "/in/mnist.onnx");
    cli.environment.put("FUSEML_OUTPUT_MODEL", "/out//mnist/");
    cli.environment.put("TASK_RESULT", "model_path");
    cli.environment.put("OVMS_CONVERTER_RESULTS_DIR", results.toString());
  }

  @Test
  void given_a_step_then_its_result_is_the_output_as_given_without_a_line_break()
      throws IOException {
    Outcome outcome = cli.run("run");
    assertThat(outcome.code()).isZero();
    assertThat(results.resolve("model_path")).hasContent("/out//mnist/");
    assertThat(Files.size(results.resolve("model_path"))).isEqualTo(12);
    assertThat(Files.getPosixFilePermissions(results.resolve("model_path")))
        .contains(PosixFilePermission.OTHERS_READ);
    assertThat(results).isDirectoryNotContaining("glob:**/.*");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("Converted the ONNX model").contains("warning: a doubt");
  }

  @Test
  void given_no_output_then_the_result_is_the_input_as_given() {
    cli.environment.put("FUSEML_OUTPUT_MODEL", "");
    cli.run("run");
    assertThat(results.resolve("model_path")).hasContent("/in/mnist.onnx");
  }

  @Test
  void given_white_space_and_capitals_in_variables_then_they_change_nothing() {
    cli.environment.put("FUSEML_INPUT_MODEL", " s3://bucket/model\n");
    cli.environment.put("FUSEML_OUTPUT_MODEL", "\ts3://bucket/out ");
    cli.environment.put("FUSEML_INPUT_FORMAT", "ONNX");
    cli.environment.put("FUSEML_OUTPUT_FORMAT", "OpenVINO");
    cli.run("run");
    ConversionRequest request = cli.converter.requests.get(0);
    assertThat(request.source()).isEqualTo(Location.of("s3://bucket/model"));
    assertThat(request.format()).contains("onnx");
    assertThat(request.outputFormat()).isEqualTo(ModelFormat.OPENVINO_IR);
    assertThat(results.resolve("model_path")).hasContent("s3://bucket/out");
    cli.environment.put("FUSEML_INPUT_FORMAT", "AUTO");
    cli.run("run");
    assertThat(cli.converter.requests.get(1).format()).isEmpty();
  }

  @Test
  void given_equal_formats_then_options_are_noted_and_left_out_for_the_model_is_only_moved() {
    cli.environment.put("FUSEML_INPUT_FORMAT", "onnx");
    cli.environment.put("FUSEML_OUTPUT_FORMAT", "onnx");
    cli.environment.put("FUSEML_BATCH", "1");
    Outcome outcome = cli.run("run");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).contains("the model is moved as it is", "batch");
    assertThat(cli.converter.requests.get(0).options()).isEqualTo(OptimizationOptions.defaults());
    cli.environment.put("FUSEML_OUTPUT_FORMAT", "openvino");
    cli.run("run");
    assertThat(cli.converter.requests.get(1).options())
        .isNotEqualTo(OptimizationOptions.defaults());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "give a directory (--output) | give a directory (FUSEML_OUTPUT_MODEL)",
        "leave out the format (--format) | leave out the format (FUSEML_INPUT_FORMAT)",
        "choose it (--output-format) | choose it (FUSEML_OUTPUT_FORMAT)",
        "for instance --artifact a/b.onnx | for instance by a/b.onnx at the end of"
            + " FUSEML_INPUT_MODEL",
        "give --input-shape or --work-dir | give FUSEML_INPUT_SHAPE or --work-dir",
        "leave it out (--flavor) | leave it out ('convert --flavor')",
      })
  void given_advice_for_options_then_it_names_the_steps_variables(String advice, String told)
      throws IOException {
    Path log = terminationLog();
    cli.converter.failure = new BadRequestException(Problem.of("do").found("no").remedy(advice));
    assertThat(cli.run("run").err()).contains(told);
    assertThat(log).content().endsWith(told);
  }

  @Test
  void given_a_wrong_option_then_the_termination_message_and_a_json_log_tell_it()
      throws IOException {
    Path log = terminationLog();
    cli.environment.put("OVMS_CONVERTER_LOG_FORMAT", "json");
    Outcome outcome = cli.run("run", "--nonsense");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(log).content().contains("--nonsense").contains("run --help");
    assertThat(outcome.err().lines())
        .hasSize(1)
        .allSatisfy(
            line -> assertThat(JsonParser.parseString(line).getAsJsonObject().get("event"))
                .hasToString("\"error\""));
  }

  @Test
  void given_no_name_for_the_result_then_it_is_printed() {
    cli.environment.put("TASK_RESULT", "");
    Outcome outcome = cli.run("run");
    assertThat(outcome.out()).isEqualTo("/out//mnist/\n");
    assertThat(results).isEmptyDirectory();
  }

  @Test
  void given_the_hidden_option_then_it_takes_precedence() {
    Path other = results.resolve("deep/er");
    cli.run("run", "--results-dir", other.toString());
    assertThat(other.resolve("model_path")).hasContent("/out//mnist/");
  }

  @Test
  void given_an_older_result_then_it_is_replaced() throws IOException {
    Files.writeString(results.resolve("model_path"), "an older and longer result");
    cli.run("run");
    assertThat(results.resolve("model_path")).hasContent("/out//mnist/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "..", "/x", "."})
  void given_a_hostile_name_for_the_result_then_it_is_refused_before_anything(String name) {
    cli.environment.put("TASK_RESULT", name);
    Outcome outcome = cli.run("run");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("TASK_RESULT");
    assertThat(cli.converter.calls).isEmpty();
  }

  @Test
  void given_a_result_that_Tekton_would_cut_then_it_is_refused_before_anything() {
    cli.environment.put("FUSEML_OUTPUT_MODEL", "s3://b/" + "x".repeat(4090));
    assertThat(cli.run("run").code()).isEqualTo(2);
    assertThat(cli.converter.calls).isEmpty();
  }

  @Test
  void given_a_results_directory_that_is_a_file_then_it_is_refused_before_anything()
      throws IOException {
    Path file = Files.writeString(results.resolve("file"), "");
    cli.environment.put("OVMS_CONVERTER_RESULTS_DIR", file.toString());
    assertThat(cli.run("run").code()).isEqualTo(4);
    assertThat(cli.converter.calls).isEmpty();
  }

  @Test
  void given_a_failure_then_no_result_is_written() {
    cli.converter.failure = new ConversionFailedException(Problem.of("convert").found("no"));
    assertThat(cli.run("run").code()).isEqualTo(7);
    assertThat(results).isEmptyDirectory();
  }

  @Test
  void given_a_signal_that_came_too_late_then_no_result_is_written_all_the_same() {
    cli.converter.duringConversion = cli.cancellation::cancel;
    Outcome outcome = cli.run("run");
    assertThat(outcome.code()).isEqualTo(130);
    assertThat(outcome.err()).endsWith("cancelled\n");
    assertThat(results).isEmptyDirectory();
  }

  @Test
  void given_an_unknown_variable_then_a_warning_names_it_and_not_its_value() {
    cli.environment.put("FUSEML_INPUT_MODLE", "s3cret");
    cli.environment.put("FUSEML_ENV_WORKFLOW_NAME", "mlflow-ovms");
    Outcome outcome = cli.run("run");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .contains("warning:")
        .contains("FUSEML_INPUT_MODLE")
        .doesNotContain("s3cret")
        .doesNotContain("FUSEML_ENV");
  }

  @Test
  void given_credentials_then_nothing_shows_them() {
    cli.environment.put("AWS_SECRET_ACCESS_KEY", "s3cret");
    cli.environment.put("FUSEML_INPUT_MODEL", "s3://bucket/model");
    cli.environment.put("FUSEML_VERBOSE", "true");
    cli.converter.failure = new IllegalStateException("a bug");
    Outcome outcome = cli.run("run");
    assertThat(outcome.out() + outcome.err()).contains("\tat ").doesNotContain("s3cret");
  }

  private StoreSettings outputSettings() {
    cli.run("run");
    return cli.converter.requests.get(cli.converter.requests.size() - 1).outputSettings();
  }

  @Test
  void given_the_inputs_credentials_alone_then_the_output_uses_them_too() {
    cli.environment.put("FUSEML_INPUT_MODEL", "s3://bucket/model");
    cli.environment.put("S3_ENDPOINT", "https://minio");
    cli.environment.put("AWS_ACCESS_KEY_ID", "id");
    cli.environment.put("AWS_SECRET_ACCESS_KEY", "secret");
    cli.environment.put("AWS_SESSION_TOKEN", "token");
    cli.environment.put("AWS_DEFAULT_REGION", "eu-1");
    cli.environment.put("OUTPUT_S3_ENDPOINT", "");
    cli.environment.put("OUTPUT_AWS_ACCESS_KEY_ID", "");
    cli.environment.put("FUSEML_OUTPUT_MODEL", "s3://bucket/model/ovms");
    StoreSettings expected = StoreSettings.of(Map.of(
        "endpoint", "https://minio",
        "accessKeyId", "id",
        "secretAccessKey", "secret",
        "sessionToken", "token",
        "region", "eu-1"));
    assertThat(outputSettings()).isEqualTo(expected);
    assertThat(cli.converter.requests.get(0).inputSettings()).isEqualTo(expected);
    cli.environment.put("FUSEML_OUTPUT_MODEL", "gs://bucket/out");
    assertThat(outputSettings().get("secretAccessKey")).contains("secret");
    cli.environment.put("FUSEML_OUTPUT_MODEL", "/out");
    assertThat(outputSettings()).isEqualTo(StoreSettings.none());
  }

  @Test
  void given_an_endpoint_of_the_outputs_own_then_the_inputs_keys_do_not_go_there() {
    cli.environment.put("FUSEML_INPUT_MODEL", "s3://bucket/model");
    cli.environment.put("FUSEML_OUTPUT_MODEL", "s3://bucket/out");
    cli.environment.put("AWS_ACCESS_KEY_ID", "id");
    cli.environment.put("AWS_SECRET_ACCESS_KEY", "secret");
    cli.environment.put("OUTPUT_S3_ENDPOINT", "https://other");
    assertThat(outputSettings())
        .isEqualTo(
            StoreSettings.of(Map.of("endpoint", "https://other", "credentials", "anonymous")));
  }

  @Test
  void given_options_then_they_go_before_the_variables() {
    cli.environment.put("FUSEML_INPUT_MODEL", "s3://bucket/model");
    cli.environment.put("AWS_REGION", "variable");
    cli.run("run", "--input-setting", "region=option", "--parallelism", "4");
    assertThat(cli.converter.requests.get(0).inputSettings().get("region")).contains("option");
    assertThat(cli.converter.options.transfer().parallelism()).hasValue(4);
  }

  @Test
  void given_a_log_level_then_it_decides_what_is_said_unless_an_option_does() {
    cli.environment.put("FUSEML_LOG_LEVEL", "ERROR");
    assertThat(cli.run("run").err()).isEmpty();
    cli.environment.put("FUSEML_LOG_LEVEL", "WARNING");
    assertThat(cli.run("run").err()).isEqualTo("warning: a doubt\n");
    cli.environment.put("FUSEML_LOG_LEVEL", "DEBUG");
    assertThat(cli.run("run").err()).contains("a detail");
    assertThat(cli.run("run", "--quiet").err()).isEmpty();
  }

  /** The file that Kubernetes would make. */
  private Path terminationLog() throws IOException {
    Path file =
        Files.writeString(results.resolve("termination-log"), "what was there before ".repeat(50));
    cli.environment.put("OVMS_CONVERTER_TERMINATION_LOG", file.toString());
    return file;
  }

  @Test
  void given_a_failure_then_the_termination_message_is_the_error_in_one_paragraph()
      throws IOException {
    Path log = terminationLog();
    cli.converter.failure = new ConversionFailedException(
        Problem.of("convert").on("'m'").found("no\nroom").remedy("make some"));
    cli.run("run");
    assertThat(log).hasContent("cannot convert 'm': no room; to do: make some");
  }

  @Test
  void given_a_wrong_variable_or_a_bug_then_there_is_a_termination_message_too()
      throws IOException {
    Path log = terminationLog();
    cli.environment.put("FUSEML_BATCH", "many");
    cli.run("run");
    assertThat(log).content().contains("FUSEML_BATCH").doesNotContain("before");
    cli.environment.remove("FUSEML_BATCH");
    cli.converter.failure = new IllegalStateException("https://u:s3cret@h/?sig=s3cret");
    cli.run("run");
    assertThat(log).content().contains("a bug").doesNotContain("s3cret");
  }

  @Test
  void given_a_long_error_then_the_termination_message_is_cut_between_two_characters()
      throws IOException {
    Path log = terminationLog();
    cli.converter.failure =
        new ConversionFailedException(Problem.of("convert").found("x" + "é".repeat(4000)));
    cli.run("run");
    assertThat(Files.size(log)).isBetween(4090L, 4096L);
    assertThat(Files.readString(log)).endsWith("é");
  }

  @Test
  void given_success_or_no_such_file_then_there_is_no_termination_message() throws IOException {
    Path log = terminationLog();
    Files.writeString(log, "");
    cli.run("run");
    assertThat(log).isEmptyFile();
    Files.delete(log);
    cli.converter.failure = new ConversionFailedException(Problem.of("convert").found("no"));
    assertThat(cli.run("run").code()).isEqualTo(7);
    assertThat(log).doesNotExist();
  }

  @Test
  void given_the_json_log_format_then_every_line_is_an_object_also_of_a_trace() {
    cli.environment.put("OVMS_CONVERTER_LOG_FORMAT", "json");
    cli.environment.put("FUSEML_VERBOSE", "true");
    cli.converter.failure = new IllegalStateException("a bug");
    Outcome outcome = cli.run("run");
    assertThat(outcome.err().lines())
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(JsonParser.parseString(line).getAsJsonObject().has("event"))
                .isTrue());
    assertThat(outcome.err().lines().reduce((first, last) -> last).orElseThrow())
        .contains("\"event\":\"error\"", "\"exit_code\":1", "\"trace\":\"java.lang");
  }

  @Test
  void given_a_log_format_that_is_none_then_it_is_refused_before_anything() {
    cli.environment.put("OVMS_CONVERTER_LOG_FORMAT", "xml");
    Outcome outcome = cli.run("run");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("OVMS_CONVERTER_LOG_FORMAT", "lines or json");
    assertThat(cli.converter.calls).isEmpty();
    cli.environment.put("OVMS_CONVERTER_LOG_FORMAT", "");
    assertThat(cli.run("run").code()).isZero();
  }
}
