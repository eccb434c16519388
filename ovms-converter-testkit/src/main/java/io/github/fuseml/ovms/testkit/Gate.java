package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds an operation of an {@link InMemoryStore} until it is opened. An interrupt of the thread that
 * waits in it ends the operation, as it has to in every store.
 */
public final class Gate {
  private static final long LIMIT_SECONDS = 120;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  Gate() {}

  /**
   * Waits until the operation has come to this gate.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws AssertionError if it does not come within two minutes
   */
  public void awaitReached() throws InterruptedException {
    if (!reached.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no operation came to the gate");
    }
  }

  /** Lets the operation go on; a second call does nothing. */
  public void open() {
    opened.countDown();
  }

  void pass(StoreOperation operation) {
    reached.countDown();
    try {
      opened.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransferException(
          Problem.of("do").on(operation).found("the thread was interrupted").mayHelpToRetry(), e);
    }
  }
}
