package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real program in a process of its own, with the real core and engine, on real models. */
class ProgramTest extends RealProgram {
  private static final Path FIXTURES = Path.of(System.getProperty("ovms.fixtures"));

  /** An interpreter that never answers. */
  private Path silentPython() throws IOException {
    Path script = directory.resolve("python");
    Files.writeString(script, "#!/bin/sh\ntouch '" + directory + "/started'\nexec sleep 60\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  @Test
  void given_a_model_then_convert_publishes_a_version_and_prints_where() throws Exception {
    Outcome first =
        run("convert", EXAMPLES.resolve("iris.onnx").toString(), "-o", output.toString());
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("ONNX").contains(output.resolve("1").toString());
    assertThat(first.err()).contains("optimize ");
    assertThat(names(output)).contains("1/iris.bin", "1/iris.xml");
    Outcome second =
        run("convert", EXAMPLES.resolve("iris.onnx").toString(), "-o", output.toString(), "-q");
    assertThat(second.out()).as("nothing has changed").isEqualTo(output.resolve("1") + "\n");
    assertThat(second.err()).isEmpty();
    assertThat(names(work)).isEmpty();
  }

  @Test
  void given_json_then_stdout_is_one_document_and_stderr_one_object_for_each_event()
      throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("digits-savedmodel").toString(),
        "-o",
        output.toString(),
        "--data-type",
        "FP16",
        "--json",
        "--progress",
        "json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.json().get("version").getAsLong()).isEqualTo(1);
    assertThat(outcome.json().getAsJsonArray("options").toString()).contains("data_type=FP16");
    assertThat(outcome.json().getAsJsonArray("inputs")).isNotEmpty();
    List<String> events = outcome
        .err()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .map(event -> event.get("event").getAsString())
        .toList();
    assertThat(events).startsWith("run_started").endsWith("run_succeeded");
  }

  @Test
  void given_a_dry_run_then_the_plan_is_printed_and_nothing_is_written() throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("digits-mlflow").toString(),
        "-o",
        output.toString(),
        "--dry-run",
        "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.json().getAsJsonObject("model").get("path").getAsString())
        .isEqualTo("model.onnx");
    assertThat(output).doesNotExist();
    assertThat(names(work)).isEmpty();
  }

  @Test
  void given_a_dry_run_that_explains_then_it_tells_what_the_options_would_change()
      throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("digits-savedmodel").toString(),
        "-o",
        output.toString(),
        "--dry-run",
        "--explain",
        "--input-shape",
        "[1 8 8 1]",
        "--layout",
        "nhwc->nchw",
        "--mean-values",
        "(7.5)",
        "--scale",
        "255",
        "--static-shape",
        "--graph-optimization",
        "offline",
        "--data-type",
        "INT8");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains(
            "': shape [?,8,8,1] -> [1,8,8,1]",
            "': layout nhwc -> nchw",
            "': mean (7.5) subtracted",
            "every floating-point input: divided by (255)",
            "shapes are computed ahead",
            "the graph is simplified ahead",
            "weights compressed to INT8");
    assertThat(output).doesNotExist();
  }

  @Test
  void given_inputs_that_are_named_frozen_and_cut_then_a_dry_run_explains_that() throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("iris.onnx").toString(),
        "-o",
        output.toString(),
        "--dry-run",
        "--json",
        "--input",
        "features[1,4]{f16},training->False",
        "--model-outputs",
        "logits",
        "--scale-values",
        "features(2)");
    assertThat(outcome.json().getAsJsonArray("changes"))
        .extracting(change -> change.getAsString())
        .containsExactly(
            "input 'features': shape [?,4] -> [1,4]",
            "input 'features': type f16",
            "input 'training': frozen to False",
            "inputs that are not named stay only where an output needs them",
            "output 'logits' ends the model",
            "input 'features': divided by (2)");
  }

  @Test
  void given_values_without_names_then_a_dry_run_tells_whose_they_are() throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES
            .resolve("../../ovms-converter-testkit/fixtures/onnx-two-in-two-out/model.onnx")
            .toString(),
        "-o",
        output.toString(),
        "--dry-run",
        "--json",
        "--input=right,left",
        "--mean-values=(1),(2)",
        "--layout=total(nc->cn)");
    assertThat(outcome.json().getAsJsonArray("changes"))
        .extracting(change -> change.getAsString())
        .containsExactly(
            "inputs that are not named stay only where an output needs them",
            "output 'total': layout nc -> cn",
            "input 'right': mean (1) subtracted",
            "input 'left': mean (2) subtracted");
  }

  @Test
  void given_options_that_tell_all_then_the_plan_says_what_the_conversion_will_say()
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of(
        "convert",
        EXAMPLES
            .resolve("../../ovms-converter-testkit/fixtures/onnx-conv/model.onnx")
            .toString(),
        "-o",
        output.toString(),
        "--json",
        "--input-shape=[2,3,16,16]",
        "--layout=nchw->nhwc",
        "--mean-values=image(1,2,3)",
        "--scale-values=image(2)",
        "--model-outputs=relu1"));
    Outcome done = run(arguments.toArray(String[]::new));
    arguments.add("--dry-run");
    Outcome planned = run(arguments.toArray(String[]::new));
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(planned.json().getAsJsonArray("changes"))
        .hasSize(5)
        .containsExactlyInAnyOrderElementsOf(done.json().getAsJsonArray("changes"));
  }

  @Test
  void given_a_name_that_only_the_conversion_can_find_then_the_plan_says_so() throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("iris.onnx").toString(),
        "-o",
        output.toString(),
        "--dry-run",
        "--model-outputs",
        "nope");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("warning: 'nope' (output) is none of ", "looked up inside the model");
  }

  @Test
  void given_a_parameter_by_an_option_and_again_otherwise_then_both_places_are_named()
      throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("iris.onnx").toString(),
        "-o",
        output.toString(),
        "--batch",
        "1",
        "--extra-args=-b 2");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("batch", "it is given twice: 1 by --batch, 2 by -b of --extra-args");
  }

  @Test
  void given_the_spellings_of_the_step_then_the_options_take_them_as_well() throws Exception {
    for (String[] spelled : new String[][] {
      {"--data-type", "half"}, {"--data-type=float"}, {"--data-type=fp16"}, {"--compress-to-fp16"}
    }) {
      List<String> arguments = new ArrayList<>(List.of(
          "convert",
          EXAMPLES.resolve("iris.onnx").toString(),
          "-o",
          output.toString(),
          "--dry-run"));
      arguments.addAll(List.of(spelled));
      Outcome outcome = run(arguments.toArray(String[]::new));
      assertThat(outcome.code()).as(outcome.err()).isZero();
      assertThat(outcome.out().contains("FP16")).isEqualTo(!spelled[0].endsWith("float"));
    }
  }

  @Test
  void given_arguments_that_look_like_an_option_then_the_error_says_how_to_write_them()
      throws Exception {
    Outcome outcome =
        run("convert", EXAMPLES.resolve("iris.onnx").toString(), "--extra-args", "--help");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--extra-args='…'");
  }

  @Test
  void given_the_mistake_that_the_documentation_shows_then_the_error_is_the_one_that_it_shows()
      throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("iris.onnx").toString(),
        "-o",
        output.toString(),
        "--input-shape",
        "[1,x]");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(Files.readString(EXAMPLES.resolve("../../README.md")))
        .contains(outcome.err().lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "digits-savedmodel",
        "../../ovms-converter-testkit/fixtures/onnx-odd-names/model.onnx"
      })
  void given_the_inputs_as_inspect_prints_them_then_convert_takes_them(String model)
      throws Exception {
    Outcome inspected = run("inspect", EXAMPLES.resolve(model).toString());
    List<String> shown = inspected
        .out()
        .lines()
        .filter(line -> line.contains("--input"))
        .map(line -> line.substring(line.indexOf("--input")).strip())
        .toList();
    assertThat(shown).hasSize(2);
    for (String option : shown) {
      String name = option.substring(0, option.indexOf(' '));
      String value = option.substring(option.indexOf('\'') + 1, option.lastIndexOf('\''));
      Outcome converted = run(
          "convert",
          EXAMPLES.resolve(model).toString(),
          "-o",
          output.resolve(name).toString(),
          name,
          value);
      assertThat(converted.code()).as(converted.err()).isZero();
    }
  }

  @Test
  void given_a_model_then_inspect_tells_what_it_is() throws Exception {
    Outcome outcome = run("inspect", EXAMPLES.resolve("digits-savedmodel").toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("tensorflow.saved_model").contains("f32 [?,8,8,1]");
  }

  @Test
  void given_a_single_file_then_inspect_needs_no_place_to_publish_to() throws Exception {
    Outcome outcome = run("inspect", EXAMPLES.resolve("iris.onnx").toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("features  f32 [?,4]").contains("--output");
  }

  @Test
  void given_engine_info_then_openvino_is_told() throws Exception {
    Outcome outcome = run("engine", "info", "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.json().get("optimizer").getAsString()).isEqualTo("openvino");
  }

  @Test
  void given_a_tree_then_copy_ls_and_doctor_work_on_it() throws Exception {
    Path source = EXAMPLES.resolve("digits-savedmodel");
    Outcome copied = run("copy", source.toString(), output.toString(), "--json");
    assertThat(copied.code()).as(copied.err()).isZero();
    assertThat(names(output)).isNotEmpty().isEqualTo(names(source));
    assertThat(copied.json().get("file_count").getAsInt())
        .isEqualTo(names(source).size());
    assertThat(run("copy", source.toString(), output.toString()).code()).isEqualTo(9);
    assertThat(
            run("copy", source.toString(), output.toString(), "--replace", "-q").out())
        .isEqualTo(output + "\n");
    Outcome listed = run("ls", output.toString());
    assertThat(listed.out().lines()).containsExactlyElementsOf(names(source));
    assertThat(run("ls", directory.resolve("none").toString()).code()).isEqualTo(3);
    Outcome diagnosed = run("doctor", output.toString(), "--write");
    assertThat(diagnosed.code()).as(diagnosed.out() + diagnosed.err()).isZero();
    assertThat(diagnosed.out()).contains("files can be written").contains("nothing is wrong");
    assertThat(names(output)).isEqualTo(names(source));
    assertThat(names(work)).isEmpty();
  }

  @Test
  void given_stores_then_the_file_store_is_among_them() throws Exception {
    Outcome outcome = run("stores", "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.json().getAsJsonArray("stores").toString()).contains("\"id\":\"file\"");
  }

  @Test
  void given_a_workflow_step_then_the_result_file_has_the_url_as_given() throws Exception {
    Path results = directory.resolve("results");
    environment.put("FUSEML_INPUT_MODEL", EXAMPLES.resolve("digits-mlflow").toString());
    environment.put("FUSEML_INPUT_FORMAT", "auto");
    environment.put("FUSEML_OUTPUT_MODEL", output + "//");
    environment.put("FUSEML_EXTRA_ARGS", "--disable_nhwc_to_nchw");
    environment.put("FUSEML_BATCH", "");
    environment.put("TASK_RESULT", "model_path");
    environment.put("OVMS_CONVERTER_RESULTS_DIR", results.toString());
    Outcome outcome = run("run");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(Files.readString(results.resolve("model_path"))).isEqualTo(output + "//");
    assertThat(names(results)).containsExactly("model_path");
    assertThat(names(output)).contains("1/digits-mlflow.xml");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void given_the_output_inside_the_input_then_a_second_run_does_not_take_it_for_input()
      throws Exception {
    Path model = directory.resolve("model");
    Files.createDirectory(model);
    Files.copy(EXAMPLES.resolve("iris.onnx"), model.resolve("iris.onnx"));
    environment.put("FUSEML_INPUT_MODEL", model.toString());
    environment.put("FUSEML_OUTPUT_MODEL", model + "/ovms");
    assertThat(run("run").code()).isZero();
    environment.put("FUSEML_BATCH", "1");
    Outcome second = run("run", "--quiet");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out()).isEqualTo(model + "/ovms\n");
    assertThat(names(model)).contains("ovms/1/iris.xml", "ovms/2/iris.xml");
  }

  @Test
  void given_the_same_format_for_output_then_the_model_is_moved_unconverted() throws Exception {
    environment.put("FUSEML_INPUT_MODEL", EXAMPLES.resolve("iris.onnx").toString());
    environment.put("FUSEML_OUTPUT_MODEL", output.toString());
    environment.put("FUSEML_OUTPUT_FORMAT", "onnx");
    Outcome outcome = run("run");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(output.resolve("1")).isDirectoryContaining("glob:**.onnx");
  }

  @ParameterizedTest
  @CsvSource({
    "3,nothing-here",
    "6,bad-onnx-text",
    "7,bad-onnx-unknown-operator",
  })
  void given_a_bad_model_then_code_and_lines_tell_why_and_nothing_is_left(int code, String fixture)
      throws Exception {
    Outcome outcome = run(
        "convert",
        FIXTURES.resolve(fixture).toString(),
        "-o",
        output.toString(),
        "--progress",
        "none");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("error: "))).hasSize(1);
    assertThat(outcome.err()).doesNotContain("\tat ");
    assertThat(outcome.out()).isEmpty();
    assertThat(names(output)).isEmpty();
    assertThat(names(work)).isEmpty();
  }

  @Test
  void given_no_engine_then_the_code_says_so() throws Exception {
    Outcome outcome = run(
        "convert",
        EXAMPLES.resolve("iris.onnx").toString(),
        "-o",
        output.toString(),
        "--python",
        "/bin/false");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void given_a_signal_while_converting_then_nothing_is_left_and_the_code_tells(
      String signal, int code) throws Exception {
    Path results = directory.resolve("results");
    environment.put("FUSEML_INPUT_MODEL", EXAMPLES.resolve("iris.onnx").toString());
    environment.put("FUSEML_OUTPUT_MODEL", output.toString());
    environment.put("TASK_RESULT", "model_path");
    environment.put("OVMS_CONVERTER_RESULTS_DIR", results.toString());
    start("run", "--python", silentPython().toString());
    await().atMost(Duration.ofSeconds(60)).until(() -> read("stderr").contains("fetch "));
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(directory.resolve("started")));
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
            .start()
            .waitFor())
        .isZero();
    Outcome outcome = finish();
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.err().lines().filter("cancelled"::equals)).hasSize(1);
    assertThat(outcome.err()).doesNotContain("error:");
    assertThat(names(results)).isEmpty();
    assertThat(names(output)).isEmpty();
    assertThat(names(work)).isEmpty();
  }

  @Test
  void given_a_reader_that_goes_away_then_it_is_no_error() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    // The reader of the pipe ends before the program writes; the code is the program's.
    String script = "{ \"$@\"; echo code=$? >&2; } | true";
    launch(new ProcessBuilder(
        "sh", "-c", script, "sh", java, "-cp", path, Main.class.getName(), "help", "convert"));
    assertThat(finish().err()).isEqualTo("code=0\n");
  }

  @Test
  void given_arguments_beyond_ascii_then_they_survive() throws Exception {
    environment.put("LC_ALL", "C.UTF-8");
    Path model = directory.resolve("模型 é.onnx");
    Files.copy(EXAMPLES.resolve("iris.onnx"), model);
    Outcome outcome = run("convert", model.toString(), "-o", output.toString());
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("模型 é.onnx");
  }
}
