package io.github.fuseml.ovms.core.internal.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Closes streams on which no byte arrives: a connection can be dead without anybody being told. A
 * thread of its own looks at them; closing a stream is what wakes its reader. Thread-safe.
 */
final class StallWatch implements AutoCloseable {
  private final long limitNanos;
  private final Set<WatchedStream> open = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread;
  private volatile boolean closed;

  StallWatch(Duration limit) {
    this.limitNanos = limit.toNanos();
  }

  /** Watches a stream until it is closed. */
  WatchedStream watch(InputStream stream) throws IOException {
    WatchedStream watched = new WatchedStream(stream, open);
    open.add(watched);
    startThread();
    if (closed) {
      watched.close();
      throw new IOException("the transfer has ended");
    }
    return watched;
  }

  private synchronized void startThread() {
    if (thread == null && !closed) {
      Thread watcher = new Thread(this::lookAgainAndAgain, "ovms-transfer-watch");
      watcher.setDaemon(true);
      watcher.start();
      thread = watcher;
    }
  }

  private void lookAgainAndAgain() {
    long pause = Math.max(1, Math.min(1000, limitNanos / 4_000_000));
    try {
      while (!closed) {
        Thread.sleep(pause);
        long now = System.nanoTime();
        for (WatchedStream stream : open) {
          if (stream.waitsLongerThan(limitNanos, now)) {
            stream.stall();
          }
        }
      }
    } catch (InterruptedException e) {
      // The transfer has ended.
    }
  }

  /** Closes all streams and every one that is yet to be watched. */
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
    open.forEach(WatchedStream::closeQuietly);
  }

  /** A stream that tells how long its reader has been waiting. Read by one thread, closed by any. */
  static final class WatchedStream implements AutoCloseable {
    private final InputStream stream;
    private final Set<WatchedStream> open;
    private volatile long readSince;
    private volatile boolean reading;
    private volatile boolean stalled;

    private WatchedStream(InputStream stream, Set<WatchedStream> open) {
      this.stream = stream;
      this.open = open;
    }

    int read(byte[] buffer, int offset, int length) throws IOException {
      startReading();
      try {
        return stream.read(buffer, offset, length);
      } finally {
        reading = false;
      }
    }

    /** Whether there is nothing more. */
    boolean isAtEnd() throws IOException {
      startReading();
      try {
        return stream.read() < 0;
      } finally {
        reading = false;
      }
    }

    private void startReading() {
      readSince = System.nanoTime();
      reading = true;
    }

    /** A reader that is busy elsewhere, with a slow target for instance, is not a stalled stream. */
    private boolean waitsLongerThan(long nanos, long now) {
      return reading && now - readSince > nanos;
    }

    boolean hasStalled() {
      return stalled;
    }

    private void stall() {
      stalled = true;
      closeQuietly();
    }

    private void closeQuietly() {
      try {
        close();
      } catch (IOException | RuntimeException e) {
        // It is given up anyway.
      }
    }

    @Override
    public void close() throws IOException {
      open.remove(this);
      stream.close();
    }
  }
}
