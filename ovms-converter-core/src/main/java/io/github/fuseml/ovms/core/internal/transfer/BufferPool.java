package io.github.fuseml.ovms.core.internal.transfer;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Hands out memory for parts, and never more than its limit at once: whoever asks when there is none
 * left waits, in the order of asking. Buffers of a whole part are used again. Thread-safe.
 */
final class BufferPool {
  private static final int GRAIN = 1024;
  private static final long PATIENCE_MILLIS = 100;

  private final int partSize;
  private final Semaphore grains;
  private final Queue<byte[]> free = new ConcurrentLinkedQueue<>();

  /** A pool of so many bytes; a part larger than that still gets its buffer, alone. */
  BufferPool(long limit, int partSize) {
    this.partSize = partSize;
    this.grains = new Semaphore(Math.max(grainsFor(partSize), (int) (limit / GRAIN)), true);
  }

  /** A pool that has a buffer of that size for each of so many users, who never wait. */
  static BufferPool forEach(int users, int size) {
    return new BufferPool((long) users * grainsFor(size) * GRAIN, size);
  }

  /** A buffer of at least that size; null when the transfer has failed meanwhile. */
  byte[] acquire(int size, TransferState state) throws InterruptedException {
    while (!grains.tryAcquire(grainsFor(size), PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
      state.requireGoingOn();
    }
    if (size < partSize) {
      return new byte[size];
    }
    byte[] used = free.poll();
    return used != null ? used : new byte[partSize];
  }

  void release(byte[] buffer, int size) {
    if (buffer.length == partSize) {
      free.add(buffer);
    }
    grains.release(grainsFor(size));
  }

  private static int grainsFor(int size) {
    return Math.max(1, (size + GRAIN - 1) / GRAIN);
  }
}
