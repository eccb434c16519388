package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/** No usable engine was found: no Python environment with OpenVINO, or one that does not work. */
public class EngineMissingException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public EngineMissingException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public EngineMissingException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
