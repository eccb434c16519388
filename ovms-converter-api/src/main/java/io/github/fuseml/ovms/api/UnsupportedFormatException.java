package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The model's format is unknown, damaged, or one that cannot be converted; the message says what
 * was recognised and which way leads on.
 */
public class UnsupportedFormatException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public UnsupportedFormatException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public UnsupportedFormatException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
