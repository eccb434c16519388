package io.github.fuseml.ovms.s3;

import java.util.concurrent.Semaphore;

/** The memory that a store's uploads share, whatever their number; who finds none left waits. */
final class UploadMemory {
  private static final int UNIT = 1024;

  private final int units;
  private final Semaphore free;

  UploadMemory(long bytes) {
    units = Math.max(1, Math.toIntExact(bytes / UNIT));
    free = new Semaphore(units, true);
  }

  /** Takes a share for some bytes; for more than there is, all of it. */
  Share take(long bytes) throws InterruptedException {
    int share = (int) Math.min(units, bytes / UNIT + 1);
    free.acquire(share);
    return () -> free.release(share);
  }

  /** A share, given back when it is closed. */
  interface Share extends AutoCloseable {
    @Override
    void close();
  }
}
