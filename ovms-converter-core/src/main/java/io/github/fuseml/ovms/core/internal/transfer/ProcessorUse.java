package io.github.fuseml.ovms.core.internal.transfer;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** How much of the processors' time this process uses, looked at now and then. Thread-safe. */
final class ProcessorUse {
  private static final long INTERVAL_NANOS = 50_000_000;

  /** With half of the time ours, and the kernel's and the server's beside it, there is little left. */
  private static final double BUSY = 0.5;

  private final int processors;
  private final LongSupplier clock;
  private final Supplier<Duration> used;
  private long lookedAt;
  private Duration usedThen;
  private boolean busy;

  /**
   * A look at the use.
   *
   * @param processors how many there are
   * @param clock the time, in nanoseconds
   * @param used the time that the process has used of all of them so far
   */
  ProcessorUse(int processors, LongSupplier clock, Supplier<Duration> used) {
    this.processors = processors;
    this.clock = clock;
    this.used = used;
    this.lookedAt = clock.getAsLong();
    this.usedThen = used.get();
  }

  /** Of this process; a system that does not tell is one where the processors are never busy. */
  static ProcessorUse ofThisProcess() {
    return new ProcessorUse(
        Runtime.getRuntime().availableProcessors(),
        System::nanoTime,
        () -> ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO));
  }

  /** Whether the process has used most of the time between the last two looks. */
  synchronized boolean areBusy() {
    long now = clock.getAsLong();
    long passed = now - lookedAt;
    if (passed >= INTERVAL_NANOS) {
      Duration before = usedThen;
      usedThen = used.get();
      lookedAt = now;
      busy = usedThen.minus(before).toNanos() > BUSY * passed * processors;
    }
    return busy;
  }
}
