package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.ConversionListener.Progress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Counts what has been moved, and tells somebody. Thread-safe. */
public final class TransferMeter {
  private final long totalBytes;
  private final int totalFiles;
  private final Consumer<Progress> listener;
  private final AtomicLong doneBytes = new AtomicLong();
  private final AtomicInteger doneFiles = new AtomicInteger();

  /**
   * A meter at zero.
   *
   * @param totalBytes how many bytes there are to move
   * @param totalFiles how many files there are to move
   * @param listener hears of every step, from several threads; it is the one to leave some out
   */
  public TransferMeter(long totalBytes, int totalFiles, Consumer<Progress> listener) {
    this.totalBytes = totalBytes;
    this.totalFiles = totalFiles;
    this.listener = listener;
  }

  /**
   * Counts bytes.
   *
   * @param what the file that they belong to
   * @param count how many more there are; negative when some have to be moved again
   */
  public void bytes(String what, long count) {
    doneBytes.addAndGet(count);
    tell(what);
  }

  /**
   * Counts a file that is done.
   *
   * @param what the file
   */
  public void file(String what) {
    doneFiles.incrementAndGet();
    tell(what);
  }

  private void tell(String what) {
    long bytes = Math.max(0, Math.min(totalBytes, doneBytes.get()));
    listener.accept(new Progress(what, bytes, totalBytes, doneFiles.get(), totalFiles));
  }
}
