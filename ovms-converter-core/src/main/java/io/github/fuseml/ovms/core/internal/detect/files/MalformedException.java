package io.github.fuseml.ovms.core.internal.detect.files;

/**
 * A file is not what its format asks for. Checked, so that no detector forgets that files are
 * hostile; it becomes a refusal or a reason to decline and never leaves a detector.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * What is wrong.
   *
   * @param reason a clause without a full stop
   */
  public MalformedException(String reason) {
    super(reason, null, false, false);
  }

  /**
   * What is wrong.
   *
   * @return the reason
   */
  public String reason() {
    String message = getMessage();
    return message == null ? "it is damaged" : message;
  }
}
