package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/** The model, or a file that belongs to it, is not there. */
public class NotFoundException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public NotFoundException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public NotFoundException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
