package io.github.fuseml.ovms.testkit.fault;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** What happens at which byte of one body. Used by one thread. */
final class BodyScript {
  /** Slices of a slowed body: small enough for an even flow. */
  private static final int SLICES_PER_SECOND = 20;

  private final PriorityQueue<Step> steps =
      new PriorityQueue<>(Comparator.comparingLong(Step::offset));
  private long bytesPerSecond = Long.MAX_VALUE;
  private long position;

  /** Takes what the script lets pass. */
  @FunctionalInterface
  interface Sink {
    void write(byte[] buffer, int offset, int count) throws IOException;
  }

  /** Sees the buffer and the index of the byte that is next; at the body's end there is none. */
  @FunctionalInterface
  interface Action {
    void run(byte[] buffer, int next) throws IOException;
  }

  private record Step(long offset, Action action) {}

  void at(long offset, Action action) {
    steps.add(new Step(offset, action));
  }

  void slowTo(long rate) {
    bytesPerSecond = rate;
  }

  /** How many bytes have gone through. */
  long position() {
    return position;
  }

  void pass(byte[] buffer, int count, Sink sink) throws IOException {
    int done = 0;
    while (done < count) {
      runSteps(buffer, done);
      Step next = steps.peek();
      long room = next == null ? Long.MAX_VALUE : next.offset() - position;
      int slice = (int) Math.min(Math.min(count - done, room), largestSlice());
      sink.write(buffer, done, slice);
      done += slice;
      position += slice;
      slowDown(slice);
    }
  }

  /** Runs what waits for the last byte. */
  void end() throws IOException {
    runSteps(new byte[0], 0);
  }

  private void runSteps(byte[] buffer, int next) throws IOException {
    for (Step step = steps.peek(); step != null && step.offset() <= position; step = steps.peek()) {
      steps.remove();
      step.action().run(buffer, next);
    }
  }

  private long largestSlice() {
    return bytesPerSecond == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : Math.max(1, bytesPerSecond / SLICES_PER_SECOND);
  }

  private void slowDown(int slice) throws IOException {
    if (bytesPerSecond != Long.MAX_VALUE) {
      Pause.nanos(TimeUnit.SECONDS.toNanos(1) * slice / bytesPerSecond);
    }
  }
}
