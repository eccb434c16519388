package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;

/** Progress for logs: a line for each message, and one for each stage with its time. */
final class LineProgress implements ProgressView {
  private final Streams streams;
  private final Style style;
  private final Verbosity verbosity;
  private final boolean stages;

  LineProgress(Streams streams, Style style, Verbosity verbosity, boolean stages) {
    this.streams = streams;
    this.style = style;
    this.verbosity = verbosity;
    this.stages = stages && verbosity.compareTo(Verbosity.NORMAL) >= 0;
  }

  /** A message as one line. */
  static String line(Style style, Level level, String text) {
    String safe = Masked.urls(Text.printable(text));
    return switch (level) {
      case WARNING -> style.warning("warning:") + " " + safe + "\n";
      case INFO -> "  " + safe + "\n";
      case DETAIL -> style.faint("  " + safe) + "\n";
    };
  }

  /** A stage's name, wide enough that the times stand below each other. */
  static String column(Stage stage) {
    return (stage + "          ").substring(0, 9);
  }

  @Override
  public void note(Level level, String text) {
    if (verbosity.shows(level)) {
      streams.message(line(style, level, text));
    }
  }

  @Override
  public void message(RunInfo run, Stage stage, Message message) {
    note(message.level(), message.text());
  }

  @Override
  public void stageFinished(RunInfo run, Stage stage, long nanos) {
    if (stages) {
      streams.message(column(stage) + Text.duration(nanos) + "\n");
    }
  }

  @Override
  public void stageFailed(RunInfo run, Stage stage, Throwable error) {
    if (stages) {
      streams.message(column(stage) + "failed\n");
    }
  }

  @Override
  public void finish() {}
}
