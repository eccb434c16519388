package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The base of all errors of this library. There is one subclass for each thing that a caller can
 * act on; {@link #problem()} says what was tried, on what, what was found and what to do next.
 */
public abstract class OvmsConverterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  private final Problem problem;

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  protected OvmsConverterException(Problem problem, @Nullable Throwable cause) {
    super(
        problem.remedy() == null ? problem.summary() : problem.summary() + "; " + problem.remedy(),
        cause);
    this.problem = problem;
  }

  /**
   * What went wrong, in its parts.
   *
   * @return the problem
   */
  public Problem problem() {
    return problem;
  }

  /**
   * Whether the same call may succeed later without a change.
   *
   * @return true if a retry may help
   */
  public boolean isRetryable() {
    return problem.retryable();
  }
}
