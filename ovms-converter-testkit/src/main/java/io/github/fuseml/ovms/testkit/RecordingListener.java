package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records the events of runs as strings and checks the grammar that {@link ConversionListener}
 * promises.
 *
 * <p>The strings are {@code runStarted convert}, {@code stageStarted fetch}, {@code progress fetch
 * 10/20 bytes 1/2 files}, {@code message detect INFO <text>}, {@code stageFinished fetch}, {@code
 * stageFailed fetch <error's class>}, {@code runSucceeded}, {@code runFailed <error's class>} and
 * {@code runCancelled}.
 *
 * <p>Thread-safe; one listener may hear several runs.
 */
public final class RecordingListener implements ConversionListener {
  private final Map<Long, RunRecord> runs = new TreeMap<>();

  /** A listener that has heard nothing. */
  public RecordingListener() {}

  /**
   * The events of the only run.
   *
   * @return the events in their order
   * @throws AssertionError if there was no run, or more than one
   */
  public synchronized List<String> events() {
    if (runs.size() != 1) {
      throw new AssertionError("there were " + runs.size() + " runs and not one: " + runs.keySet());
    }
    return runs.values().iterator().next().events();
  }

  /**
   * The events of each run.
   *
   * @return the events in their order, by the id of the run
   */
  public synchronized Map<Long, List<String>> eventsByRun() {
    Map<Long, List<String>> all = new TreeMap<>();
    runs.forEach((id, run) -> all.put(id, run.events()));
    return all;
  }

  /**
   * The texts of the messages of one level, of all runs.
   *
   * @param level the level
   * @return the texts in their order
   */
  public synchronized List<String> messages(Level level) {
    List<String> texts = new ArrayList<>();
    runs.values().forEach(run -> texts.addAll(run.messages(level)));
    return texts;
  }

  /**
   * Checks that the events of every run follow the grammar, do not overlap, and end with one
   * terminal event.
   *
   * @throws AssertionError if there was no run, or one that breaks the grammar; with its events
   */
  public synchronized void assertGrammar() {
    if (runs.isEmpty()) {
      throw new AssertionError("there was no run");
    }
    runs.values().forEach(EventGrammar::check);
  }

  @Override
  public void runStarted(RunInfo run) {
    record(run, RunEvent.of("runStarted", null, run.operation()));
  }

  @Override
  public void stageStarted(RunInfo run, Stage stage) {
    record(run, RunEvent.of("stageStarted", stage, ""));
  }

  @Override
  public void progress(RunInfo run, Stage stage, Progress progress) {
    record(
        run,
        RunEvent.of(
            "progress",
            stage,
            "%d/%d bytes %d/%d files"
                .formatted(
                    progress.bytesDone(),
                    progress.bytesTotal(),
                    progress.filesDone(),
                    progress.filesTotal())));
  }

  @Override
  public void message(RunInfo run, Stage stage, Message message) {
    synchronized (this) {
      recordOf(run).addMessage(message);
    }
    record(run, RunEvent.of("message", stage, message.level() + " " + message.text()));
  }

  @Override
  public void stageFinished(RunInfo run, Stage stage, long nanos) {
    record(run, RunEvent.of("stageFinished", stage, ""));
  }

  @Override
  public void stageFailed(RunInfo run, Stage stage, Throwable error) {
    record(run, RunEvent.of("stageFailed", stage, error.getClass().getSimpleName()));
  }

  @Override
  public void runSucceeded(RunInfo run) {
    record(run, RunEvent.of("runSucceeded", null, ""));
  }

  @Override
  public void runFailed(RunInfo run, Throwable error) {
    record(run, RunEvent.of("runFailed", null, error.getClass().getSimpleName()));
  }

  @Override
  public void runCancelled(RunInfo run, ConversionCancelledException error) {
    record(run, RunEvent.of("runCancelled", null, ""));
  }

  private void record(RunInfo run, RunEvent event) {
    RunRecord events;
    synchronized (this) {
      events = recordOf(run);
    }
    // Outside the lock, so that two events of one run that come at the same time can meet.
    events.add(event);
  }

  private RunRecord recordOf(RunInfo run) {
    return runs.computeIfAbsent(run.id(), id -> new RunRecord());
  }
}
