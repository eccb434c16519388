package io.github.fuseml.ovms.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.ConversionListener.RunInfo;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.terminal.ColorMode;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import io.github.fuseml.ovms.cli.testing.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final Terminals TERMINAL = new Terminals(true, true, false, false, true);
  private static final RunInfo RUN =
      new RunInfo(7, "convert", Samples.request().source(), Samples.request().output());

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ProgressView open(Terminals terminals, ProgressMode mode, Verbosity verbosity) {
    return new Display(terminals, ColorMode.AUTO, mode, verbosity)
        .open(new Streams(out, err), Map.of("COLUMNS", "60"));
  }

  private String shown() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static void succeed(ProgressView view) {
    view.runStarted(RUN);
    for (Stage stage : Stage.values()) {
      view.stageStarted(RUN, stage);
      view.progress(RUN, stage, new Progress("a.onnx", 5, 10, 0, 1));
      view.message(RUN, stage, new Message(Level.INFO, "at " + stage));
      view.stageFinished(RUN, stage, 1_500_000);
    }
    view.runSucceeded(RUN);
    view.close();
  }

  @Test
  void given_plain_progress_then_each_stage_has_one_line_with_its_time() {
    succeed(open(Terminals.NONE, ProgressMode.AUTO, Verbosity.NORMAL));
    for (Stage stage : Stage.values()) {
      assertThat(shown().lines())
          .filteredOn(line -> line.startsWith(stage + " "))
          .hasSize(1);
    }
    assertThat(shown()).contains("fetch    0.001 s\n").doesNotContain("\u001b");
    assertThat(out.size()).isZero();
  }

  @Test
  void given_json_progress_then_each_event_is_one_object_in_the_grammars_order() {
    succeed(open(TERMINAL, ProgressMode.JSON, Verbosity.NORMAL));
    List<JsonObject> events = shown()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
    assertThat(events).hasSize(2 + 4 * Stage.values().length);
    assertThat(events).allMatch(event -> event.get("run").getAsLong() == 7);
    StringBuilder word = new StringBuilder();
    for (JsonObject event : events) {
      word.append(event.get("event").getAsString()).append(' ');
    }
    assertThat(word.toString())
        .matches(
            "run_started (stage_started ((progress|message) )*stage_finished )*run_succeeded ");
    assertThat(events.get(0).get("output").getAsString()).isEqualTo("/out");
    assertThat(events.get(2).get("bytes_total").getAsLong()).isEqualTo(10);
    assertThat(events.get(4).get("seconds").getAsDouble()).isEqualTo(0.0015);
  }

  @Test
  void given_json_progress_then_failure_and_cancellation_end_the_run() {
    ProgressView view = open(Terminals.NONE, ProgressMode.JSON, Verbosity.NORMAL);
    view.stageFailed(RUN, Stage.FETCH, new IllegalStateException("x\ny http://u:p@h/i?q"));
    view.runFailed(RUN, new IllegalStateException());
    view.runCancelled(RUN, new ConversionCancelledException(Problem.of("go")));
    view.note(Level.WARNING, "w https://u:p@h/i?q");
    assertThat(shown()).contains("http://h/i?…").contains("https://h/i?…").doesNotContain("u:p");
    assertThat(shown().lines())
        .extracting(line -> JsonParser.parseString(line).getAsJsonObject())
        .extracting(event -> event.get("event").getAsString())
        .containsExactly("stage_failed", "run_failed", "run_cancelled", "message");
  }

  @Test
  void given_a_terminal_then_a_live_line_is_drawn_and_gone_at_the_end() {
    ProgressView view = open(TERMINAL, ProgressMode.AUTO, Verbosity.NORMAL);
    view.runStarted(RUN);
    view.stageStarted(RUN, Stage.FETCH);
    view.progress(RUN, Stage.FETCH, new Progress("模型".repeat(40), 5, 10, 0, 1));
    await().until(() -> shown().contains("50%"));
    view.message(RUN, Stage.FETCH, new Message(Level.WARNING, "careful"));
    view.runSucceeded(RUN);
    int length = err.size();
    view.stageStarted(RUN, Stage.VERIFY);
    view.close();
    String afterTheWarning = shown().substring(shown().lastIndexOf("careful"));
    assertThat(shown()).contains("\r\u001b[K\u001b[33mwarning:\u001b[0m careful\n");
    assertThat(afterTheWarning).matches("(?s)careful\n(\r\u001b\\[K[^\r\n]+)*(\r\u001b\\[K)?");
    assertThat(shown()).matches(text -> text.endsWith("\n") || text.endsWith("\r\u001b[K"));
    assertThat(err.size()).isEqualTo(length);
  }

  @Test
  void given_quiet_then_nothing_is_shown_in_any_mode() {
    for (ProgressMode mode : ProgressMode.values()) {
      succeed(open(TERMINAL, mode, Verbosity.QUIET));
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void given_no_terminal_then_a_bar_is_not_shown_even_if_asked_for() {
    succeed(open(Terminals.NONE, ProgressMode.BAR, Verbosity.NORMAL));
    assertThat(shown()).startsWith("  at resolve\n").doesNotContain("\r").doesNotContain("0.001 s");
  }

  @Test
  void given_bytes_then_the_line_has_bar_files_rate_and_remaining_time() {
    LiveLine line = new LiveLine(Stage.COPY, 0);
    line.update(new Progress("a.bin", 1L << 30, 4L << 30, 1, 12), 2_000_000_000L);
    assertThat(line.render(2_000_000_000L, Style.PLAIN))
        .isEqualTo("copy     [#####---------------]  25%  1.0 GiB of 4.0 GiB  1 of 12 files"
            + "  512 MiB/s  6 s left  a.bin");
    assertThat(line.render(2_000_000_000L, new Style(false, true)))
        .startsWith("copy     █████░░░░░░░░░░░░░░░  25%");
  }

  @Test
  void given_a_rate_that_changes_then_the_last_seconds_count() {
    LiveLine line = new LiveLine(Stage.FETCH, 0);
    long mib = 1L << 20;
    for (int tenth = 1; tenth <= 100; tenth++) { // 10 s with 100 MiB/s
      line.update(new Progress("", 10L * tenth * mib, 4000 * mib, 0, 1), tenth * 100_000_000L);
    }
    assertThat(line.render(10_000_000_000L, Style.PLAIN)).contains("  100 MiB/s  30 s left");
    for (int tenth = 1; tenth <= 60; tenth++) { // 6 s with 10 MiB/s
      line.update(
          new Progress("", (1000 + tenth) * mib, 4000 * mib, 0, 1),
          10_000_000_000L + tenth * 100_000_000L);
    }
    assertThat(line.render(16_000_000_000L, Style.PLAIN)).contains("  10.0 MiB/s  4 min 54 s left");
    assertThat(line.render(30_000_000_000L, Style.PLAIN))
        .as("nothing has come for longer than the window")
        .endsWith("1.0 GiB of 3.9 GiB");
  }

  @Test
  void given_progress_at_any_pace_then_the_rate_is_right() {
    for (int perSecond : new int[] {1, 3, 10, 1000}) {
      Rate rate = new Rate(0);
      for (long i = 1; i <= 20L * perSecond; i++) {
        rate.update(i * 1000L / perSecond, i * 1_000_000_000L / perSecond);
      }
      assertThat(rate.perSecond(20_000_000_000L)).isBetween(900.0, 1100.0);
    }
    Rate resent = new Rate(0);
    resent.update(100, 1_000_000_000L);
    resent.update(-5, 2_000_000_000L);
    assertThat(resent.perSecond(2_000_000_000L)).isZero();
    assertThat(new Rate(7).perSecond(8)).isZero();
  }

  @Test
  void given_no_total_then_the_line_shows_what_is_known() {
    LiveLine line = new LiveLine(Stage.OPTIMIZE, 0);
    assertThat(line.render(3_900_000_000L, Style.PLAIN)).isEqualTo("optimize 3 s");
    line.update(new Progress("", 2048, -1, 0, -1), 1_000_000_000L);
    assertThat(line.render(1_000_000_000L, Style.PLAIN)).isEqualTo("optimize 2.0 KiB  2.0 KiB/s");
    line.update(new Progress("x\u001b\ny", 0, -1, 3, -1), 1_000_000_000L);
    assertThat(line.render(1_000_000_000L, Style.PLAIN)).isEqualTo("optimize 3 files  x? y");
    line.update(new Progress("", 0, -1, 3, 8), 1_000_000_000L);
    assertThat(line.render(1_000_000_000L, Style.PLAIN)).isEqualTo("optimize 3 of 8 files");
  }
}
