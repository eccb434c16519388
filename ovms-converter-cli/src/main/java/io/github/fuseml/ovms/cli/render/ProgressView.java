package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionListener;

/** Shows on the standard error what a run does. */
public interface ProgressView extends ConversionListener, AutoCloseable {
  /**
   * Shows something that no run says.
   *
   * @param level how much it matters
   * @param text the message, without a full stop
   */
  void note(Level level, String text);

  /** Removes what is not meant to stay, before a result is shown. A second call does nothing. */
  void finish();

  @Override
  default void close() {
    finish();
  }
}
