package io.github.fuseml.ovms.testkit.fault;

import java.io.IOException;

/** Ends a connection on purpose. */
final class CutException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean resets;

  CutException(boolean resets) {
    super("cut on purpose");
    this.resets = resets;
  }

  /** Whether the other side is to see a reset, and not an orderly end. */
  boolean resets() {
    return resets;
  }
}
