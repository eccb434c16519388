package io.github.fuseml.ovms.testkit.fault;

import java.util.List;
import java.util.function.LongPredicate;

/** Which requests get which faults. Thread-safe. */
public final class FaultRule {
  private final RequestMatch match;
  private final LongPredicate counts;
  private final List<Fault> faults;
  private long matched;
  private long applied;

  FaultRule(RequestMatch match, List<Fault> faults) {
    this.match = match;
    this.counts = match.counts();
    this.faults = faults;
  }

  synchronized void addTo(Plan plan, RecordedRequest request) {
    if (match.matches(request) && counts.test(++matched)) {
      applied++;
      faults.forEach(fault -> fault.addTo(plan));
    }
  }

  /**
   * How many requests have got the faults.
   *
   * @return their number
   */
  public synchronized long applied() {
    return applied;
  }
}
