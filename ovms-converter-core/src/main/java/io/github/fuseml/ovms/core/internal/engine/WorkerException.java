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
  private final String remedy;

  /**
   * A failure.
   *
   * @param code the worker's own name for what it refused; empty for the other kinds
   */
  WorkerException(Kind kind, String code, String message) {
    this(kind, code, message, "");
  }

  /**
   * A failure.
   *
   * @param code the worker's own name for what it refused; empty for the other kinds
   * @param remedy what the user can do, by the worker; empty where it does not know
   */
  WorkerException(Kind kind, String code, String message, String remedy) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.remedy = remedy;
  }

  Kind kind() {
    return kind;
  }

  String code() {
    return code;
  }

  String remedy() {
    return remedy;
  }

  /** What happened, never null. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
