package io.github.fuseml.ovms.cli.render;

/**
 * How fast a number grows, over the last seconds: fast enough to show that something stalls, slow
 * enough to be read. Not thread-safe.
 */
final class Rate {
  private static final long WINDOW_NANOS = 5_000_000_000L;
  private static final long EARLIEST_NANOS = 500_000_000L;

  /** Samples are at least a slot apart, so that they cover the window however often one is told. */
  private static final int SLOTS = 50;

  private static final long SLOT_NANOS = WINDOW_NANOS / SLOTS;

  // A ring: the oldest sample is at first, the newest is count - 1 later.
  private final long[] times = new long[SLOTS + 1];
  private final long[] values = new long[SLOTS + 1];
  private int first;
  private int count;
  private long latest;

  /** Begins at 0. */
  Rate(long now) {
    add(now, 0);
  }

  void update(long value, long now) {
    latest = value;
    if (now - times[at(count - 1)] >= SLOT_NANOS) {
      add(now, value);
    }
  }

  /** The rate; 0 when it is too early to tell, or when the number does not grow. */
  double perSecond(long now) {
    // One sample from before the window stays: the window begins there.
    while (count > 1 && now - times[at(1)] >= WINDOW_NANOS) {
      first = at(1);
      count--;
    }
    long nanos = now - times[first];
    return nanos < EARLIEST_NANOS ? 0 : Math.max(0, (latest - values[first]) * 1e9 / nanos);
  }

  private void add(long now, long value) {
    if (count == times.length) {
      first = at(1);
      count--;
    }
    int next = at(count);
    times[next] = now;
    values[next] = value;
    count++;
  }

  private int at(int offset) {
    return (first + offset) % times.length;
  }
}
