package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * The location exists or may exist, but may not be read or written with these credentials or
 * rights.
 */
public class AccessDeniedException extends OvmsConverterException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  private final Reason reason;

  /** Why access was denied, as far as it is known. */
  public enum Reason {
    /** The credentials are known and lack the rights, or it cannot be told. */
    RIGHTS,
    /** There are no credentials, and it does not go without. */
    CREDENTIALS_MISSING,
    /** The credentials are wrong: an unknown key, a wrong secret, an expired token. */
    CREDENTIALS_REFUSED,
    /** This machine's clock is too far off for signatures to be accepted. */
    CLOCK
  }

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
    this(problem, Reason.RIGHTS, cause);
  }

  /**
   * An error whose reason is known.
   *
   * @param problem what went wrong
   * @param reason why
   * @param cause the exception below it, null when there is none
   */
  public AccessDeniedException(Problem problem, Reason reason, @Nullable Throwable cause) {
    super(problem, cause);
    this.reason = reason;
  }

  /**
   * Why access was denied.
   *
   * @return {@link Reason#RIGHTS} where nothing else is known
   */
  public Reason reason() {
    return reason;
  }
}
