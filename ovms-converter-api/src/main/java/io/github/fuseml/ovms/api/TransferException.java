package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * Bytes could not be moved: a connection, a disk or a store failed, or what arrived is not what was
 * announced.
 */
public class TransferException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without a cause below it.
   *
   * @param problem what went wrong
   */
  public TransferException(Problem problem) {
    this(problem, null);
  }

  /**
   * An error with its cause.
   *
   * @param problem what went wrong
   * @param cause the exception below it, null when there is none
   */
  public TransferException(Problem problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
