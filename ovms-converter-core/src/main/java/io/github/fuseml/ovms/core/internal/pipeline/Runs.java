package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.RunInfo;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one converter: starts them, cancels them, and sees to it that each removes what it made,
 * also when the process is told to end.
 */
final class Runs implements AutoCloseable {
  private static final AtomicLong IDS = new AtomicLong();
  private static final long END_LIMIT_SECONDS = 10;

  private final List<ConversionListener> listeners;
  private final Path workParent;
  private final Set<Run> active = ConcurrentHashMap.newKeySet();
  private @Nullable Thread shutdownHook;
  private volatile boolean closed;

  Runs(List<ConversionListener> listeners, Path workParent) {
    this.listeners = listeners;
    this.workParent = workParent;
  }

  /** What a run does with its context. */
  @FunctionalInterface
  interface Body<T> {
    T run(RunContext context) throws InterruptedException;
  }

  /** Work without a request that an interrupt ends. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /** A new run's name. */
  static RunInfo info(String operation, Location source, Location output) {
    return new RunInfo(IDS.incrementAndGet(), operation, source, output);
  }

  /** Runs in this thread, from the first event to the last. */
  <T> T run(RunInfo info, Cancellation cancellation, Body<T> body) {
    EventDispatcher events = new EventDispatcher(listeners, info);
    Run run = new Run(Thread.currentThread());
    register(run, info);
    Cancellation.Registration registration = cancellation.onCancel(run::cancel);
    try {
      events.runStarted();
      T result = guarded(run, info, new RunContext(events, workParent, run::isCancelled), body);
      events.runSucceeded();
      return result;
    } catch (ConversionCancelledException e) {
      events.runCancelled(e);
      throw e;
    } catch (RuntimeException | Error e) {
      events.runFailed(e);
      throw e;
    } finally {
      registration.close();
      run.end();
      active.remove(run);
    }
  }

  /** Whatever a cancelled run fails with, it is cancelled. */
  private static <T> T guarded(Run run, RunInfo info, RunContext context, Body<T> body) {
    try (context) {
      return body.run(context);
    } catch (InterruptedException e) {
      if (!run.isCancelled()) {
        Thread.currentThread().interrupt(); // The caller's own interrupt stays set.
      }
      throw cancelled(info, e);
    } catch (RuntimeException e) {
      if (run.isCancelled() || Thread.currentThread().isInterrupted()) {
        throw cancelled(info, e);
      }
      throw e;
    }
  }

  private static ConversionCancelledException cancelled(RunInfo info, Exception cause) {
    return new ConversionCancelledException(
        Problem.of(info.operation())
            .on(info.source())
            .found("the run was cancelled")
            .mayHelpToRetry(),
        cause);
  }

  <T> T interruptible(String what, Work<T> work) {
    try {
      return work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConversionCancelledException(
          Problem.of(what).found("the thread was interrupted").mayHelpToRetry(), e);
    }
  }

  private void register(Run run, RunInfo info) {
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the converter is closed");
      }
      active.add(run);
      if (shutdownHook == null) {
        Thread hook = new Thread(this::endAll, "ovms-shutdown");
        try {
          Runtime.getRuntime().addShutdownHook(hook);
          shutdownHook = hook;
        } catch (IllegalStateException e) {
          active.remove(run);
          throw cancelled(info, e); // The process ends already.
        }
      }
    }
  }

  /** Cancels the runs that go on and waits for them to remove their temporary files. */
  private void endAll() {
    synchronized (this) {
      closed = true; // Under the lock: a run that registers now is either refused or cancelled.
    }
    active.forEach(Run::cancel);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_LIMIT_SECONDS);
    for (Run run : active) {
      if (!run.awaitEnd(deadline)) {
        return;
      }
    }
  }

  @Override
  public void close() {
    endAll();
    Thread hook;
    synchronized (this) {
      hook = shutdownHook;
      shutdownHook = null;
    }
    if (hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It is running.
      }
    }
  }

  /** One run, and the thread that it can be interrupted in as long as it goes on. */
  private static final class Run {
    private final Thread thread;
    private boolean cancelled;
    private boolean ended;

    Run(Thread thread) {
      this.thread = thread;
    }

    synchronized void cancel() {
      if (!ended && !cancelled) {
        cancelled = true;
        thread.interrupt();
      }
    }

    synchronized boolean isCancelled() {
      return cancelled;
    }

    /** After this the thread is its caller's again: an interrupt of ours does not outlive the run. */
    synchronized void end() {
      ended = true;
      if (cancelled) {
        Thread.interrupted();
      }
      notifyAll();
    }

    synchronized boolean awaitEnd(long deadline) {
      if (Thread.currentThread() == thread) {
        return true; // A listener closes the converter: its own run cannot be waited for.
      }
      try {
        while (!ended) {
          long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (millis <= 0) {
            return false;
          }
          wait(millis);
        }
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
