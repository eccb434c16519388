package io.github.fuseml.ovms.core.internal.engine;

/** A request that a worker could not answer; the optimizer turns it into an error of the library. */
final class WorkerException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is. */
  enum Kind {
    /** The worker could not be started or has no usable OpenVINO. */
    UNUSABLE,
    /** The worker answered with an error of its own. */
    REFUSED,
    /** The worker ended without an answer. */
    DIED,
    /** The worker took too long and was killed. */
    TOO_SLOW,
    /** The worker answered something that is no answer, and was killed. */
    GARBAGE
  }

  private final Kind kind;
  private final String code;

  /**
   * A failure.
   *
   * @param code the worker's own name for what it refused; empty for the other kinds
   */
  WorkerException(Kind kind, String code, String message) {
    super(message);
    this.kind = kind;
    this.code = code;
  }

  Kind kind() {
    return kind;
  }

  String code() {
    return code;
  }

  /** What happened, never null. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
