package io.github.fuseml.ovms.testkit.fault;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Waiting that ends when the proxy is closed. */
final class Pause {
  private Pause() {}

  static void nanos(long nanos) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
