package io.github.fuseml.ovms.cli.render;

import java.util.Locale;

/** How progress is shown. */
public enum ProgressMode {
  /** {@link #BAR} on a terminal, {@link #PLAIN} elsewhere. */
  AUTO,
  /** One line that is drawn again and again, and gone at the end. */
  BAR,
  /** One line for each stage. */
  PLAIN,
  /** One JSON object for each event. */
  JSON,
  /** Messages alone. */
  NONE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
