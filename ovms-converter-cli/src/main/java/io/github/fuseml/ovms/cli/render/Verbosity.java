package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import java.util.Locale;
import java.util.Optional;

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
  ;

  /** The names that {@link #ofLogLevel} knows, for people. */
  public static final String LOG_LEVELS = "CRITICAL, ERROR, WARN, WARNING, INFO, DEBUG or NOTSET";

  /**
   * How much is shown for a level of Python's {@code logging}, which the Model Optimizer takes.
   *
   * @param level its name, in upper or lower case
   * @return empty if there is no such level
   */
  public static Optional<Verbosity> ofLogLevel(String level) {
    return switch (level.strip().toUpperCase(Locale.ROOT)) {
      case "CRITICAL", "ERROR" -> Optional.of(QUIET);
      case "WARN", "WARNING" -> Optional.of(WARNINGS);
      case "INFO" -> Optional.of(NORMAL);
      case "DEBUG", "NOTSET" -> Optional.of(VERBOSE);
      default -> Optional.empty();
    };
  }
}
