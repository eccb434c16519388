package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.ConversionListener.RunInfo;
import io.github.fuseml.ovms.api.Stage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners what one run does: one event after another, at most ten times a second how far
 * it is, and whatever a listener throws changes nothing.
 */
final class EventDispatcher {
  private static final long PROGRESS_NANOS = 100_000_000L;

  private final List<ConversionListener> listeners;
  private final RunInfo run;
  private long lastProgress = Long.MIN_VALUE;
  private @Nullable Stage open;

  EventDispatcher(List<ConversionListener> listeners, RunInfo run) {
    this.listeners = listeners;
    this.run = run;
  }

  void runStarted() {
    tell(listener -> listener.runStarted(run));
  }

  synchronized void stageStarted(Stage stage) {
    open = stage;
    tell(listener -> listener.stageStarted(run, stage));
  }

  synchronized void stageFinished(Stage stage, long nanos) {
    open = null;
    tell(listener -> listener.stageFinished(run, stage, nanos));
  }

  synchronized void stageFailed(Stage stage, Throwable error) {
    open = null;
    tell(listener -> listener.stageFailed(run, stage, error));
  }

  /** Passed on while the stage lasts: what an engine's process prints may be read after its answer. */
  synchronized void message(Stage stage, Level level, String text) {
    if (stage == open) {
      tell(listener -> listener.message(run, stage, new Message(level, text)));
    }
  }

  /** Passed on if the last one is old enough, or if everything is done. */
  synchronized void progress(Stage stage, Progress progress) {
    boolean last = progress.bytesDone() == progress.bytesTotal()
        && progress.filesDone() == progress.filesTotal();
    long now = System.nanoTime();
    boolean tooSoon = lastProgress != Long.MIN_VALUE && now - lastProgress < PROGRESS_NANOS;
    if (stage == open && (last || !tooSoon)) {
      lastProgress = now;
      tell(listener -> listener.progress(run, stage, progress));
    }
  }

  void runSucceeded() {
    tell(listener -> listener.runSucceeded(run));
  }

  void runFailed(Throwable error) {
    tell(listener -> listener.runFailed(run, error));
  }

  void runCancelled(ConversionCancelledException error) {
    tell(listener -> listener.runCancelled(run, error));
  }

  private synchronized void tell(Consumer<ConversionListener> event) {
    for (ConversionListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (Throwable e) { // Also checked ones: not every language checks them.
        // The logger is looked up here, not kept: its start costs more than a small conversion.
        System.getLogger(ConversionListener.class.getName())
            .log(System.Logger.Level.WARNING, "a listener failed: " + listener.getClass(), e);
      }
    }
  }
}
