package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The engine could not convert the model: an unsupported operator, a crash, too little memory or
 * time.
 */
public class ConversionFailedException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public ConversionFailedException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public ConversionFailedException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
