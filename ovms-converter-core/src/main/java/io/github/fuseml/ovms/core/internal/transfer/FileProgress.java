package io.github.fuseml.ovms.core.internal.transfer;

/**
 * Counts what a store says it has got of one file, and makes up for what it does not say.
 * Thread-safe.
 */
final class FileProgress {
  private final TransferMeter meter;
  private final String path;
  private final long size;
  private long sent;

  FileProgress(TransferMeter meter, String path, long size) {
    this.meter = meter;
    this.path = path;
    this.size = size;
  }

  synchronized void sent(long bytes) {
    long now = Math.max(0, Math.min(size, sent + bytes));
    meter.bytes(path, now - sent);
    sent = now;
  }

  void done() {
    sent(size);
    meter.file(path);
  }
}
