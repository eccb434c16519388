package io.github.fuseml.ovms.gcs;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Cuts an upload of which the other side takes nothing for too long. */
final class UploadWatch implements AutoCloseable {
  /** So many bytes are handed on at a time, and count as progress then. */
  private static final int STEP = 64 << 10;

  private final Runnable cut;
  private final Duration patience;
  private final ScheduledFuture<?> check;
  private volatile long lastWay = System.nanoTime();
  private volatile boolean stalled;

  @SuppressWarnings("ThisEscapedInObjectConstruction")
  UploadWatch(ScheduledExecutorService watch, Duration patience, Runnable cut) {
    this.cut = cut;
    this.patience = patience;
    long period = Math.max(1, patience.toMillis() / 4);
    check = watch.scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  private void check() {
    if (System.nanoTime() - lastWay > patience.toNanos()) {
      stalled = true;
      cut.run();
    }
  }

  OutputStream watched(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += STEP) {
          try {
            out.write(bytes, offset + done, Math.min(STEP, length - done));
          } catch (IOException e) {
            throw stalled ? timeout(e) : e;
          }
          lastWay = System.nanoTime();
        }
      }
    };
  }

  private static IOException timeout(IOException cause) {
    IOException timeout = new SocketTimeoutException("the other side takes nothing");
    timeout.initCause(cause);
    return timeout;
  }

  @Override
  public void close() {
    check.cancel(false);
  }
}
