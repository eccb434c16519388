package io.github.fuseml.ovms.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A handle that cancels runs from another thread. One handle may serve several runs; once cancelled
 * it stays so, and a run that is started with it ends at once.
 *
 * <p>Thread-safe. A cancelled run ends with a {@link ConversionCancelledException}, publishes
 * nothing and leaves nothing behind; a run whose new version is already visible succeeds.
 */
public final class Cancellation {
  private final List<Runnable> callbacks = new ArrayList<>();
  private boolean cancelled;

  /** A handle that is not cancelled. */
  public Cancellation() {}

  /** Cancels the runs of this handle; a second call does nothing. Does not wait for their end. */
  public void cancel() {
    List<Runnable> pending;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      pending = List.copyOf(callbacks);
      callbacks.clear();
    }
    pending.forEach(Runnable::run);
  }

  /**
   * Whether {@link #cancel()} was called.
   *
   * @return true from the first call on
   */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Calls back once when this handle is cancelled, at once if it already is. The callback runs in
   * the thread that cancels and must be quick and not throw.
   *
   * @param callback what to run
   * @return forgets the callback when closed
   */
  public Registration onCancel(Runnable callback) {
    Objects.requireNonNull(callback, "callback");
    synchronized (this) {
      if (!cancelled) {
        callbacks.add(callback);
        return () -> forget(callback);
      }
    }
    callback.run();
    return () -> {};
  }

  private synchronized void forget(Runnable callback) {
    callbacks.remove(callback);
  }

  /** A callback that can be taken back. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** Forgets the callback; does nothing if it has run. */
    @Override
    void close();
  }
}
