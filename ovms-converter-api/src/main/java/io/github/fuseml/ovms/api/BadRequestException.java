package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The request itself is wrong: a value that cannot be read, options that exclude each other, an
 * unknown scheme or optimizer, a choice that must be made. Change the request.
 */
public class BadRequestException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public BadRequestException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public BadRequestException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
