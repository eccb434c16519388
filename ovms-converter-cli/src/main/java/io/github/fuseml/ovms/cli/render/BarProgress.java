package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.TerminalWidth;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Progress for a terminal: one live line, below the messages, gone at the end. A thread of its own
 * draws it, and begins only after a moment, so that short runs do not flicker.
 */
final class BarProgress implements ProgressView {
  private static final String CLEAR = "\r\u001b[K";
  private static final long FIRST_MILLIS = 200;
  private static final long NEXT_MILLIS = 120;

  private final Streams streams;
  private final Style style;
  private final Verbosity verbosity;
  private final Map<String, String> environment;

  private @Nullable Thread drawer;
  private @Nullable LiveLine live;
  private boolean drawn;
  private boolean closed;

  BarProgress(Streams streams, Style style, Verbosity verbosity, Map<String, String> environment) {
    this.streams = streams;
    this.style = style;
    this.verbosity = verbosity;
    this.environment = environment;
  }

  @Override
  public synchronized void note(Level level, String text) {
    if (verbosity.shows(level)) {
      String clear = drawn ? CLEAR : "";
      drawn = false;
      streams.message(clear + LineProgress.line(style, level, text));
    }
  }

  @Override
  public void message(RunInfo run, Stage stage, Message message) {
    note(message.level(), message.text());
  }

  @Override
  public synchronized void stageStarted(RunInfo run, Stage stage) {
    live = new LiveLine(stage, System.nanoTime());
    if (drawer == null && !closed) {
      drawer = new Thread(this::drawAgainAndAgain, "progress");
      drawer.setDaemon(true);
      drawer.start();
    }
  }

  @Override
  public synchronized void progress(RunInfo run, Stage stage, Progress progress) {
    if (live != null) {
      live.update(progress, System.nanoTime());
    }
  }

  @Override
  public synchronized void stageFinished(RunInfo run, Stage stage, long nanos) {
    live = null;
  }

  @Override
  public void runSucceeded(RunInfo run) {
    finish();
  }

  @Override
  public void runFailed(RunInfo run, Throwable error) {
    finish();
  }

  @Override
  public void runCancelled(RunInfo run, ConversionCancelledException error) {
    finish();
  }

  @Override
  public synchronized void finish() {
    closed = true;
    live = null;
    if (drawer != null) {
      drawer.interrupt();
    }
    if (drawn) {
      drawn = false;
      streams.message(CLEAR);
    }
  }

  private void drawAgainAndAgain() {
    try {
      Thread.sleep(FIRST_MILLIS);
      int columns = TerminalWidth.find(environment);
      while (draw(columns)) {
        Thread.sleep(NEXT_MILLIS);
      }
    } catch (InterruptedException e) {
      // The run has ended.
    }
  }

  private synchronized boolean draw(int columns) {
    if (closed) {
      return false;
    }
    if (live != null) {
      drawn = true;
      // One column stays free: a full line makes some terminals go to the next one.
      String line = live.render(System.nanoTime(), style);
      streams.message(CLEAR + Text.fit(line, columns - 1, style));
    }
    return true;
  }
}
