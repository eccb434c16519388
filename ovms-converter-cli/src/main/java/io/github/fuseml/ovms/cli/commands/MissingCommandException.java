package io.github.fuseml.ovms.cli.commands;

/** The command line names no command, or only half of one. */
final class MissingCommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingCommandException() {
    super("no command was given");
  }
}
