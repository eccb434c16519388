package io.github.fuseml.ovms.s3;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what blocks. A socket's streams do not hear of an interrupt, and have no time limit for
 * writing; so while requests are under way a thread looks at them, and aborts those whose thread was
 * interrupted or whose body has made no way for too long. Thread-safe.
 */
final class RequestWatch implements AutoCloseable {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private final long patienceNanos;
  private volatile boolean idle;
  private volatile boolean closed;

  RequestWatch(Duration patience) {
    patienceNanos = patience.toNanos();
    thread = new Thread(this::run, "s3-request-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** Watches what the calling thread does until the result is closed. */
  Watched begin(Runnable abort) {
    Watched begun = new Watched(Thread.currentThread(), abort);
    watched.add(begun);
    if (idle) {
      LockSupport.unpark(thread);
    }
    return begun;
  }

  private void run() {
    while (!closed) {
      idle = watched.isEmpty();
      // Looked at twice: what began between the two did not see an idle thread to wake.
      if (idle && watched.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, PERIOD_NANOS);
        watched.forEach(Watched::abortIfStuck);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /** Something that blocks. */
  final class Watched implements AutoCloseable {
    private static final long WITHOUT_LIMIT = Long.MIN_VALUE;

    private final Thread owner;
    private final Runnable abort;
    private volatile long lastWay = WITHOUT_LIMIT;

    private Watched(Thread owner, Runnable abort) {
      this.owner = owner;
      this.abort = abort;
    }

    /** The body makes way: from now on it may not stand still for too long. */
    void onWay() {
      lastWay = System.nanoTime();
    }

    /** The body has arrived; the wait for the answer has a limit of its own. */
    void arrived() {
      lastWay = WITHOUT_LIMIT;
    }

    private void abortIfStuck() {
      long last = lastWay;
      boolean stalled = last != WITHOUT_LIMIT && System.nanoTime() - last > patienceNanos;
      if (stalled || owner.isInterrupted()) {
        abort.run();
      }
    }

    @Override
    public void close() {
      watched.remove(this);
    }
  }
}
