package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The run was cancelled, by its {@link Cancellation} or by an interrupt of its thread (which stays
 * interrupted).
 */
public class ConversionCancelledException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public ConversionCancelledException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public ConversionCancelledException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
