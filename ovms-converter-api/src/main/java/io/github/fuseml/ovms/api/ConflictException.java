package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/** What should be written exists already, or somebody else wrote it in the meantime. */
public class ConflictException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public ConflictException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public ConflictException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
