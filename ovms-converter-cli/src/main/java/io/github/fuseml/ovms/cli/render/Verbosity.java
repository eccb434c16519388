package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionListener.Level;

/** How much is said beside the result. Each one says what the one before it says, and more. */
public enum Verbosity {
  /** Errors. */
  QUIET,
  /** Warnings. */
  WARNINGS,
  /** What was found and decided, and how far the work is. */
  NORMAL,
  /** The engine's own output, and the stack traces of errors. */
  VERBOSE;

  /**
   * Whether messages of a level are shown.
   *
   * @param level the level
   * @return true if they are
   */
  public boolean shows(Level level) {
    return switch (level) {
      case WARNING -> compareTo(WARNINGS) >= 0;
      case INFO -> compareTo(NORMAL) >= 0;
      case DETAIL -> this == VERBOSE;
    };
  }
}
