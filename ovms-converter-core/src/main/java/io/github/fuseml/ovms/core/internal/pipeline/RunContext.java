package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import io.github.fuseml.ovms.core.internal.io.WorkDirectory;
import io.github.fuseml.ovms.spi.EngineLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the stages of one run share: its events, times, warnings and temporary files. */
final class RunContext implements AutoCloseable {
  private final EventDispatcher events;
  private final Path workParent;
  private final BooleanSupplier cancelled;
  private final Map<Stage, Long> timings = new EnumMap<>(Stage.class);
  private final List<String> warnings = new ArrayList<>();
  private Stage current = Stage.RESOLVE;
  private @Nullable WorkDirectory workDirectory;

  /** A context; {@code cancelled} tells whether the run's handle was cancelled. */
  RunContext(EventDispatcher events, Path workParent, BooleanSupplier cancelled) {
    this.events = events;
    this.workParent = workParent;
    this.cancelled = cancelled;
  }

  /** The work of a stage. */
  @FunctionalInterface
  interface StageWork<T> {
    T run() throws InterruptedException;
  }

  /** Runs a stage between its events. A cancelled run ends before its next stage. */
  <T> T stage(Stage stage, StageWork<T> work) throws InterruptedException {
    // An extension or a listener may have swallowed the interrupt: the handle still tells.
    if (Thread.interrupted() || cancelled.getAsBoolean()) {
      throw new InterruptedException("cancelled before the stage " + stage);
    }
    current = stage;
    events.stageStarted(stage);
    long start = System.nanoTime();
    T result;
    try {
      result = work.run();
    } catch (InterruptedException | RuntimeException | Error e) {
      events.stageFailed(stage, e);
      throw e;
    }
    long nanos = System.nanoTime() - start;
    timings.put(stage, nanos);
    events.stageFinished(stage, nanos);
    return result;
  }

  void info(String text) {
    events.message(current, Level.INFO, text);
  }

  /** What only those want to know who look for a cause. */
  void detail(String text) {
    events.message(current, Level.DETAIL, text);
  }

  void warn(String text) {
    warnings.add(text);
    events.message(current, Level.WARNING, text);
  }

  void progress(Progress progress) {
    events.progress(current, progress);
  }

  /** Where an engine says what it does in this stage. */
  EngineLog engineLog() {
    Stage stage = current;
    return new EngineLog() {
      @Override
      public void info(String text) {
        events.message(stage, Level.INFO, text);
      }

      @Override
      public void output(String line) {
        events.message(stage, Level.DETAIL, line);
      }
    };
  }

  Map<Stage, Long> timings() {
    return timings;
  }

  List<String> warnings() {
    return warnings;
  }

  /** Where the work directories of all runs are. */
  Path workParent() {
    return workParent;
  }

  /** A new directory for temporary files; it goes with the run. */
  Path workDirectory(String name) {
    try {
      if (workDirectory == null) {
        workDirectory = WorkDirectory.create(workParent);
      }
      return workDirectory.subdirectory(name);
    } catch (IOException e) {
      throw IoErrors.translate(e, "make a work directory in", workParent);
    }
  }

  /** Removes the temporary files, whatever the state of the thread. */
  @Override
  public void close() {
    WorkDirectory directory = workDirectory;
    if (directory != null) {
      Uninterrupted.run(() -> remove(directory));
    }
  }

  private static void remove(WorkDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      // No event: the stages are over, and the run has ended as it has.
      System.getLogger(RunContext.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "could not remove the work directory " + directory.path(),
              e);
    }
  }
}
