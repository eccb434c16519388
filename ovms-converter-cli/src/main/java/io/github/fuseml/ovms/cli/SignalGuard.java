package io.github.fuseml.ovms.cli;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.cli.terminal.Streams;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the work in order when the process is told to stop (SIGTERM, SIGINT, SIGHUP): cancels it and
 * waits until its temporary files are gone. Java's own exit code after a signal, 128 and its number,
 * is what the process then ends with.
 */
final class SignalGuard {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch finished = new CountDownLatch(1);

  private SignalGuard() {}

  static SignalGuard install(Cancellation cancellation, Streams streams) {
    SignalGuard guard = new SignalGuard();
    Runtime.getRuntime().addShutdownHook(new Hook(guard.finished, cancellation, streams));
    return guard;
  }

  /** The work has ended; a signal from here on finds nothing to do. */
  void finished() {
    finished.countDown();
  }

  private static final class Hook extends Thread {
    private final CountDownLatch finished;
    private final Cancellation cancellation;
    private final Streams streams;

    Hook(CountDownLatch finished, Cancellation cancellation, Streams streams) {
      super("shutdown");
      this.finished = finished;
      this.cancellation = cancellation;
      this.streams = streams;
    }

    @Override
    public void run() {
      if (finished.getCount() == 0) {
        return;
      }
      cancellation.cancel();
      try {
        if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          streams.message("cancelled, but the work does not end; leaving it\n");
        }
      } catch (InterruptedException e) {
        // Told to hurry: the process ends as it is.
      }
    }
  }
}
