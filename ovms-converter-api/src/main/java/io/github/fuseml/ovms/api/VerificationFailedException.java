package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/** What was converted is not what it should be; nothing was published. */
public class VerificationFailedException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public VerificationFailedException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public VerificationFailedException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
