package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import java.time.Duration;

/**
 * How often who holds a claim renews it, and when others take him for dead. Everybody goes by a clock
 * of his own, which only measures how long something took: no two clocks are compared.
 */
class ClaimPace {
  /** Six renewals are missed before somebody counts as dead. */
  static final ClaimPace STANDARD = new ClaimPace(Duration.ofSeconds(5), Duration.ofSeconds(30));

  private static final long LOOK_MILLIS = 250;

  private final Duration renewal;
  private final Duration lapse;

  /**
   * A pace.
   *
   * @param renewal how often a claim is renewed in the background; zero for never
   * @param lapse how long a claim must be seen unchanged until it is taken over
   */
  ClaimPace(Duration renewal, Duration lapse) {
    this.renewal = renewal;
    this.lapse = lapse;
  }

  Duration renewal() {
    return renewal;
  }

  Duration lapse() {
    return lapse;
  }

  /** Waits until it is worth looking again. */
  void pause() throws InterruptedException {
    Thread.sleep(LOOK_MILLIS);
  }

  /** Whether a claim was seen unchanged for so long, since a time of {@link System#nanoTime}. */
  boolean hasLapsed(Location claim, long since) {
    return System.nanoTime() - since >= lapse.toNanos();
  }

  /** Whether nobody can have taken a claim over that was renewed then; with much room. */
  boolean isFresh(long renewed) {
    return System.nanoTime() - renewed < lapse.toNanos() / 2;
  }
}
