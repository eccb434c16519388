package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The location exists or may exist, but may not be read or written with these credentials or
 * rights.
 */
public class AccessDeniedException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public AccessDeniedException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public AccessDeniedException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
