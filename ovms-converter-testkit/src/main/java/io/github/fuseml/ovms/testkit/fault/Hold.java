package io.github.fuseml.ovms.testkit.fault;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds bodies until a test lets them go on. Thread-safe. */
public final class Hold {
  private static final long LIMIT_SECONDS = 60;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** Makes one that holds. */
  public Hold() {}

  /**
   * Waits until a body is held.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws AssertionError if none is within a minute
   */
  public void awaitReached() throws InterruptedException {
    if (!reached.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no body came to the place where it should be held");
    }
  }

  /** Lets all go on, now and later. */
  public void release() {
    released.countDown();
  }

  void pass() throws InterruptedIOException {
    reached.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
