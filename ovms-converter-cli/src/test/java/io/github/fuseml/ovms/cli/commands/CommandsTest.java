package io.github.fuseml.ovms.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import io.github.fuseml.ovms.cli.testing.Cli;
import io.github.fuseml.ovms.cli.testing.Cli.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private static final Terminals BOTH = new Terminals(true, true, false, false, true);

  private final Cli cli = new Cli();

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void given_a_source_alone_then_everything_else_has_its_default() {
    Outcome outcome = cli.run("convert", "/in/mnist.onnx");
    assertThat(outcome.code()).isZero();
    ConversionRequest request = cli.converter.requests.get(0);
    assertThat(request.source()).isEqualTo(Location.of("/in/mnist.onnx"));
    assertThat(request.output()).isEqualTo(request.source());
    assertThat(request.format()).isEmpty();
    assertThat(request.options().compressToFp16()).isFalse();
    assertThat(cli.converter.options.isUsual()).isTrue();
    assertThat(cli.converter.options.engine().automaticInstall()).isTrue();
    assertThat(cli.converter.calls).containsExactly("open", "convert", "close");
  }

  @Test
  void given_every_option_then_each_reaches_the_request_or_the_engine() {
    Outcome outcome = cli.run(
        "convert",
        "/in",
        "--output",
        "/out",
        "--format",
        "onnx",
        "--flavor",
        "onnx",
        "--artifact",
        "a/b.onnx",
        "--output-format",
        "onnx",
        "--model-name",
        "net",
        "--data-type",
        "FP16",
        "--optimizer",
        "other",
        "--python",
        "/p/python",
        "--engine-home",
        "/e",
        "--engine-time-limit",
        "10m",
        "--engine-memory-limit",
        "2g",
        "--work-dir",
        "/w",
        "--no-install");
    assertThat(outcome.code()).isZero();
    ConversionRequest request = cli.converter.requests.get(0);
    assertThat(request.output()).isEqualTo(Location.of("/out"));
    assertThat(request.format()).contains("onnx");
    assertThat(request.flavor()).contains("onnx");
    assertThat(request.artifact()).contains("a/b.onnx");
    assertThat(request.outputFormat().id()).isEqualTo("onnx");
    assertThat(request.modelName()).contains("net");
    assertThat(request.options().compressToFp16()).isTrue();
    assertThat(request.optimizer()).contains("other");
    var engine = cli.converter.options.engine();
    assertThat(engine.python()).contains(Path.of("/p/python"));
    assertThat(engine.home()).contains(Path.of("/e"));
    assertThat(engine.timeLimit()).isEqualTo(Duration.ofMinutes(10));
    assertThat(engine.memoryLimit()).isEqualTo(2L << 30);
    assertThat(engine.automaticInstall()).isFalse();
    assertThat(cli.converter.options.workDirectory()).isEqualTo(Path.of("/w"));
  }

  @Test
  void given_no_terminal_then_the_result_is_on_stdout_and_a_line_for_each_stage_on_stderr() {
    Outcome outcome = cli.run("convert", "/in/mnist.onnx", "-o", "/out");
    assertThat(outcome.out())
        .contains("Converted the ONNX model to OpenVINO IR")
        .contains("ONNX: its name ends in .onnx; it has a graph")
        .contains("1 file, 1.0 KiB (of 3, 9.7 KiB)")
        .contains("OpenVINO 2026.4.1")
        .contains("x  f32 [?,3]")
        .contains("y  i64 [...]")
        .contains("/out/4")
        .contains("4 of mnist")
        .contains("2.0 KiB in 2 files")
        .contains("0.241 s")
        .doesNotContain("\u001b");
    assertThat(outcome.err()).isEqualTo("  a note\nwarning: a doubt\nfetch    0.041 s\n");
  }

  @Test
  void given_quiet_then_there_is_but_one_line() {
    Outcome outcome = cli.run("convert", "/in/mnist.onnx", "-o", "/out", "--quiet");
    assertThat(outcome.out()).isEqualTo("/out/4\n");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void given_verbose_then_details_are_shown() {
    assertThat(cli.run("convert", "/in", "--verbose").err()).contains("a detail");
  }

  @Test
  void given_no_progress_then_messages_remain() {
    Outcome outcome = cli.run("convert", "/in", "--progress", "none");
    assertThat(outcome.err()).isEqualTo("  a note\nwarning: a doubt\n");
  }

  @Test
  void given_json_then_stdout_is_one_document() {
    JsonObject result =
        json(cli.run("convert", "/in/mnist.onnx", "-o", "/out", "--json").out());
    assertThat(result.get("version").getAsLong()).isEqualTo(4);
    assertThat(result.get("output").getAsString()).isEqualTo("/out");
    assertThat(result.get("version_location").getAsString()).isEqualTo("/out/4");
    assertThat(result.getAsJsonObject("model").get("format").getAsString()).isEqualTo("onnx");
    JsonObject input = result.getAsJsonArray("inputs").get(0).getAsJsonObject();
    assertThat(input.get("shape").getAsString()).isEqualTo("[?,3]");
    assertThat(input.getAsJsonArray("dimensions"))
        .extracting(e -> e.getAsLong())
        .containsExactly(-1L, 3L);
    JsonObject output = result.getAsJsonArray("outputs").get(0).getAsJsonObject();
    assertThat(output.get("dimensions").isJsonNull()).isTrue();
    JsonArray files = result.getAsJsonArray("files");
    assertThat(files.get(0).getAsJsonObject().get("sha256").getAsString()).isEqualTo("ab");
    assertThat(result.getAsJsonObject("timings").get("fetch").getAsDouble()).isEqualTo(0.041);
    assertThat(result.getAsJsonArray("warnings").get(0).getAsString()).isEqualTo("a doubt");
  }

  @Test
  void given_a_log_level_as_the_model_optimizer_names_it_then_it_decides_how_much_is_shown() {
    assertThat(cli.run("convert", "/in/mnist.onnx", "-o", "/out", "--log-level", "WARNING")
            .err())
        .isEqualTo("warning: a doubt\n");
    assertThat(cli.run("convert", "/in/mnist.onnx", "-o", "/out", "--log-level=error")
            .err())
        .isEmpty();
  }

  @Test
  void given_a_dry_run_then_the_plan_is_shown_and_nothing_converted() {
    Outcome outcome = cli.run("convert", "/in/mnist.onnx", "-o", "/out", "--dry-run");
    assertThat(cli.converter.calls).containsExactly("open", "plan", "close");
    assertThat(outcome.out())
        .contains("nothing has been fetched or written")
        .contains("mnist.onnx  1.0 KiB")
        .contains("convert to OpenVINO IR with openvino")
        .contains("/out/4")
        .contains("warning: no metadata");
    JsonObject plan =
        json(cli.run("convert", "/in/mnist.onnx", "--dry-run", "--json").out());
    assertThat(plan.get("bytes_to_fetch").getAsLong()).isEqualTo(1024);
    assertThat(plan.get("source_files").getAsInt()).isEqualTo(3);
  }

  @Test
  void given_a_source_with_a_secret_then_no_output_shows_it() {
    Outcome text = cli.run("convert", "https://me:pw1@host/m.onnx?sig=pw2", "-o", "/out", "-v");
    Outcome json =
        cli.run("convert", "https://me:pw1@host/m.onnx?sig=pw2", "--json", "--progress", "json");
    assertThat(text.out() + text.err() + json.out() + json.err())
        .contains("https://host/m.onnx")
        .doesNotContain("pw1")
        .doesNotContain("pw2");
  }

  @Test
  void given_inspect_then_format_reasons_tensors_and_plan_are_shown() {
    Outcome outcome = cli.run("inspect", "/in/mnist.onnx", "-o", "/out");
    assertThat(outcome.out())
        .contains("ONNX (onnx)\n")
        .contains("its name ends in .onnx\n")
        .contains("it has a graph\n")
        .contains("x  f32 [?,3]")
        .contains("9.7 KiB in 3 files")
        .contains("onnx.opset: 17")
        .contains("publishes /out/4");
    JsonObject described = json(cli.run("inspect", "/in/mnist.onnx", "--json").out());
    assertThat(described.get("described_by").getAsString()).isEqualTo("metadata");
    assertThat(described.getAsJsonObject("plan").get("version").getAsLong()).isEqualTo(4);
  }

  @Test
  void given_engine_commands_then_the_engine_is_told() {
    assertThat(cli.run("engine", "info").out())
        .isEqualTo(
            "openvino 2026.4.1\n  python     /venv/bin/python (3.11.2)\n  found by   managed\n");
    JsonObject engine = json(cli.run("engine", "info", "--json").out());
    assertThat(engine.get("python_version").getAsString()).isEqualTo("3.11.2");
    assertThat(cli.converter.options.engine().automaticInstall()).isFalse();
    Outcome install = cli.run("engine", "install", "--engine-home", "/e");
    assertThat(install.err()).contains("making /cache/engine");
    assertThat(cli.converter.options.engineHome()).isEqualTo(Path.of("/e"));
    cli.converter.failure =
        new EngineMissingException(Problem.of("find an engine").found("none").remedy("install it"));
    assertThat(cli.run("engine", "info").code()).isEqualTo(10);
  }

  @Test
  void given_a_failure_then_two_lines_tell_what_and_what_next() {
    cli.converter.failure = new NotFoundException(
        Problem.of("read the model").on("/in").found("no such file").remedy("check the path"));
    Outcome outcome = cli.run("convert", "/in");
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .isEqualTo("error: cannot read the model /in: no such file\n  -> check the path\n");
    assertThat(cli.run("convert", "/in", "-v").err()).contains("\tat ");
  }

  @Test
  void given_a_failure_and_json_progress_then_it_is_an_object_too() {
    cli.converter.failure =
        new NotFoundException(Problem.of("read").found("nothing").mayHelpToRetry());
    JsonObject error = json(cli.run("convert", "/in", "--progress", "json").err());
    assertThat(error.get("event").getAsString()).isEqualTo("error");
    assertThat(error.get("exit_code").getAsInt()).isEqualTo(3);
    assertThat(error.get("retryable").getAsBoolean()).isTrue();
  }

  @Test
  void given_a_bug_then_the_user_is_asked_to_report_it() {
    cli.converter.failure = new IllegalStateException("oops");
    Outcome outcome = cli.run("convert", "/in");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("unexpected").contains("oops").doesNotContain("\tat ");
  }

  @Test
  void given_a_cancelled_run_then_one_line_says_so() {
    cli.converter.failure =
        new ConversionCancelledException(Problem.of("convert").found("cancelled"));
    Outcome outcome = cli.run("convert", "/in");
    assertThat(outcome.code()).isEqualTo(130);
    assertThat(outcome.err()).isEqualTo("cancelled\n");
  }

  @Test
  void given_a_failure_after_a_signal_then_it_counts_as_cancelled() {
    cli.converter.failure = new IllegalStateException("the engine is gone");
    cli.cancellation.cancel();
    assertThat(cli.run("convert", "/in").err()).isEqualTo("cancelled\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "convert|missing required parameter: 'SOURCE'|try: ovms-converter convert --help",
        "convert a --ouput b|unknown option '--ouput'|did you mean --output?",
        "convert a b|one argument too many: 'b'|try: ovms-converter convert --help",
        "convrt a|unknown command 'convrt'|did you mean convert?",
        "convert a --data-type int2|expected FP16, half, FP32, float, INT8 or INT4|example: FP16",
        "convert a --print cake|[docker, kserve]|try: ovms-converter convert --help",
        "convert a --log-level loud|there is no such level|CRITICAL, ERROR, WARN",
        "convert a --engine-time-limit 5x|90s, 10m or 1h|try: ovms-converter convert --help",
        "convert a --model-name ../x|plain file name|use letters",
        "engine|no command was given|use one of: install, info",
        "help nope|unknown command 'nope'|try: ovms-converter --help",
      })
  void given_a_wrong_command_line_then_few_lines_say_what_and_what_next(
      String line, String what, String next) {
    Outcome outcome = cli.run(line.split(" "));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("error: ").contains(what).contains(next);
    assertThat(outcome.err().lines().count()).isBetween(2L, 3L);
    assertThat(cli.converter.calls).doesNotContain("convert");
  }

  @Test
  void given_nothing_then_the_commands_are_named() {
    Outcome outcome = cli.run();
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("convert, inspect, run, versions, rollback, copy, ls, doctor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convert",
        "inspect",
        "run",
        "copy",
        "ls",
        "doctor",
        "stores",
        "engine",
        "engine install",
        "engine info",
        "version",
        "completion",
        "help"
      })
  void given_help_then_each_command_has_two_examples_and_both_ways_show_the_same(String command) {
    Outcome help = cli.run((command + " --help").split(" "));
    assertThat(help.code()).isZero();
    assertThat(help.err()).isEmpty();
    String examples = help.out().substring(help.out().indexOf("Examples:"));
    assertThat(examples.split("ovms-converter ")).hasSizeGreaterThanOrEqualTo(3);
    assertThat(cli.run(("help " + command).split(" ")).out()).isEqualTo(help.out());
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void given_completion_then_a_script_knows_the_commands_and_options() {
    assertThat(cli.run("completion", "bash").out()).contains("--output-format").contains("inspect");
    assertThat(cli.run("completion", "zsh").out()).contains("bashcompinit");
    assertThat(cli.run("completion", "fish").code()).isEqualTo(2);
  }

  @Test
  void given_version_then_ours_and_javas_are_told() {
    assertThat(cli.run("version").out()).contains(System.getProperty("java.version"));
    JsonObject versions = json(cli.run("version", "--json").out());
    assertThat(versions.keySet())
        .containsExactly("version", "java_version", "java_vendor", "os", "arch");
    assertThat(Versions.answer(new String[] {"version", "--help"})).isNull();
    assertThat(Versions.answer(new String[] {"--version"})).contains("ovms-converter");
  }

  @Test
  void given_a_terminal_then_colours_are_used_and_without_a_trace_in_the_json() {
    cli.terminals = BOTH;
    assertThat(cli.run("convert", "/in").out()).contains("\u001b[");
    assertThat(cli.run("convert", "/in", "--json").out()).doesNotContain("\u001b");
    assertThat(cli.run("convert", "/in", "--color", "never").out()).doesNotContain("\u001b");
  }

  @Test
  void given_NO_COLOR_then_only_an_option_brings_colours_back() {
    cli.terminals = new Terminals(true, true, false, true, true);
    assertThat(cli.run("convert", "/in").out()).doesNotContain("\u001b[");
    assertThat(cli.run("convert", "/in", "--color", "always").out()).contains("\u001b[");
  }

  @Test
  void given_a_redirected_stdout_then_only_stderr_has_colours() {
    cli.terminals = new Terminals(false, true, false, false, true);
    Outcome outcome = cli.run("convert", "/in");
    assertThat(outcome.out()).doesNotContain("\u001b");
    assertThat(outcome.err()).contains("\u001b[33mwarning:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version; 1.5; '1.5' is no whole number",
        "--keep; many; 'many' is no whole number",
        "--tolerance; small; 'small' is no number",
        "--verify; well; expected one of [load, infer, compare] but was 'well'",
        "--print; me; expected one of [docker, kserve] but was 'me'"
      })
  void given_a_value_that_an_option_does_not_take_then_it_is_said_in_plain_words(String row) {
    String[] parts = row.split("; ", 3);
    Cli.Outcome outcome = cli.run("convert", "m.onnx", "-o", "out", parts[0], parts[1]);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains(parts[0]).contains(parts[2]);
  }
}
