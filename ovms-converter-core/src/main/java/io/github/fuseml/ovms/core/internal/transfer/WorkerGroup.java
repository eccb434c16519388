package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one transfer. The thread that asked for it waits here, looks after the time limit, and
 * passes on what failed first. Thread-safe.
 */
final class WorkerGroup {
  private static final long LOOK_MILLIS = 200;

  private final TransferState state;
  private final int limit;
  private final List<Thread> threads = new ArrayList<>();

  /** A group of at most that many threads. */
  WorkerGroup(TransferState state, int limit) {
    this.state = state;
    this.limit = limit;
  }

  /** Work that ends when there is nothing left to do. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  /** Starts one more thread, unless there are enough or the transfer has ended. */
  synchronized void start(Work work) {
    if (threads.size() < limit && !state.hasEnded()) {
      Thread thread = new Thread(() -> run(work), "ovms-transfer-" + (threads.size() + 1));
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(Work work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      state.fail(new CancellationException("a thread of the transfer was interrupted"));
    } catch (Throwable e) {
      state.fail(e); // Of no effect if the transfer has ended, which is what ends most threads.
    }
  }

  /**
   * Waits for the end of the transfer, and throws what it failed with.
   *
   * @param timeLimit how long all of it may take; null for as long as it takes
   * @param overdue asked now and then with the time: whether something takes too long, which it has
   *     then told the state itself
   */
  void await(@Nullable Duration timeLimit, LongPredicate overdue) throws InterruptedException {
    long start = System.nanoTime();
    try {
      boolean late = false;
      while (!state.await(LOOK_MILLIS) && !late) {
        long now = System.nanoTime();
        late = overdue.test(now);
        if (timeLimit != null && now - start > timeLimit.toNanos()) {
          state.fail(tooSlow("the files", timeLimit));
        }
      }
    } catch (InterruptedException e) {
      state.fail(new CancellationException("the thread was interrupted"));
      throw e;
    }
    Throwable failure = state.failure();
    if (failure instanceof RuntimeException error) {
      throw error;
    } else if (failure instanceof Error error) {
      throw error;
    } else if (failure != null) { // Kotlin's and Scala's code throws what it does not declare.
      throw new IllegalStateException(failure);
    }
  }

  static TransferException tooSlow(Object what, Duration limit) {
    return new TransferException(Problem.of("move")
        .on(what)
        .found("it takes longer than the limit of " + limit.toMillis() / 1000.0 + " s")
        .remedy("raise the time limit, or check the connection to the store")
        .mayHelpToRetry());
  }

  /** Interrupts the threads: what they do is not needed any more. */
  synchronized void interrupt() {
    threads.forEach(Thread::interrupt);
  }

  /** Waits for the threads' ends; one that hangs in its store is left to itself after a while. */
  void join(Duration patience) {
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + patience.toNanos();
    List<Thread> started;
    synchronized (this) {
      started = List.copyOf(threads);
    }
    for (Thread thread : started) {
      try {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
