package io.github.fuseml.ovms.core.internal.transfer;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Whether one transfer goes on, is done, or has failed, and with what. Thread-safe. */
final class TransferState {
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch end = new CountDownLatch(1);

  /** The first failure counts; the others come from it. What has ended well fails no more. */
  synchronized void fail(Throwable error) {
    if (!hasEnded()) {
      failure.set(error);
      end.countDown();
    }
  }

  synchronized void succeed() {
    end.countDown();
  }

  boolean hasEnded() {
    return end.getCount() == 0;
  }

  @Nullable
  Throwable failure() {
    return failure.get();
  }

  /** Ends a worker whose work nobody needs any more. */
  void requireGoingOn() {
    if (hasEnded()) {
      throw new CancellationException("the transfer has ended");
    }
  }

  /** Waits a while; false if the transfer still goes on then. */
  boolean await(long millis) throws InterruptedException {
    return end.await(millis, TimeUnit.MILLISECONDS);
  }
}
