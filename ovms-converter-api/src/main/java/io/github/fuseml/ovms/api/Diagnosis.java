package io.github.fuseml.ovms.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is right and wrong on the way to a location, step by step.
 *
 * @param location what was looked at
 * @param checks the steps in their order; after one that failed, those that depend on it are skipped
 */
public record Diagnosis(Location location, List<Check> checks) {
  /**
   * Keeps a copy of the list.
   *
   * @param location what was looked at
   * @param checks the steps in their order; after one that failed, those that depend on it are
   *     skipped
   */
  public Diagnosis {
    checks = List.copyOf(checks);
  }

  /**
   * Whether nothing failed.
   *
   * @return true if every step passed, warned or was skipped for a good reason
   */
  public boolean isHealthy() {
    return checks.stream().noneMatch(check -> check.outcome() == Outcome.FAILED);
  }

  /**
   * A step.
   *
   * @param name what was checked: {@code name resolves}
   * @param outcome how it ended
   * @param found what was seen
   * @param remedy what to do about it; null when there is nothing to do
   */
  public record Check(
      String name, Outcome outcome, String found, @Nullable String remedy) {}

  /** How a step ended. */
  public enum Outcome {
    /** As it should be. */
    PASSED,
    /** It works, and somebody should know about something. */
    WARNED,
    /** It does not work. */
    FAILED,
    /** Not tried: it does not apply here, or an earlier step failed. */
    SKIPPED
  }
}
