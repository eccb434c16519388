package io.github.fuseml.ovms.cli.terminal;

import java.util.Locale;

/** When to use colours. */
public enum ColorMode {
  /** On a terminal that can, unless {@code NO_COLOR} is set. */
  AUTO,
  /** In any case. */
  ALWAYS,
  /** In no case. */
  NEVER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
