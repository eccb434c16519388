package io.github.fuseml.ovms.cli.commands;

import org.jspecify.annotations.Nullable;

/** The command line is wrong. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String advice;
  private final String hint;

  /**
   * An error.
   *
   * @param summary what is wrong
   * @param advice what was perhaps meant; null when nothing is similar
   * @param command the command whose help tells more
   */
  UsageException(String summary, @Nullable String advice, String command) {
    super(summary);
    this.advice = advice;
    this.hint = command + " --help";
  }

  String summary() {
    return String.valueOf(getMessage());
  }

  @Nullable
  String advice() {
    return advice;
  }

  String hint() {
    return hint;
  }
}
