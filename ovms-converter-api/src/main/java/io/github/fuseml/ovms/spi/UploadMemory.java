package io.github.fuseml.ovms.spi;

import java.util.concurrent.Semaphore;

/**
 * The memory that a store's uploads share, whatever their number; who finds none left waits, in the
 * order of asking. For stores that hold a part of a content in memory while they send it: many files
 * are written at once, and Java's heap may be that of a small container. Thread-safe.
 */
public final class UploadMemory {
  private static final int UNIT = 1024;

  /** More of Java's heap is not taken, whatever the settings say. */
  private static final int PART_OF_HEAP = 4;

  private final int units;
  private final Semaphore free;

  /**
   * Memory of which nothing is taken.
   *
   * @param bytes how much there is; a quarter of the largest heap at most
   */
  public UploadMemory(long bytes) {
    long most = Runtime.getRuntime().maxMemory() / PART_OF_HEAP;
    units = (int) Math.max(1, Math.min(Math.min(bytes, most) / UNIT, Integer.MAX_VALUE));
    free = new Semaphore(units, true);
  }

  /**
   * Takes a share.
   *
   * @param bytes how much; for more than there is, all of it is taken
   * @return the share, to be closed by the caller
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public Share take(long bytes) throws InterruptedException {
    int share = (int) Math.min(units, bytes / UNIT + 1);
    free.acquire(share);
    return () -> free.release(share);
  }

  /** A share, given back when it is closed, once. */
  public interface Share extends AutoCloseable {
    @Override
    void close();
  }
}
