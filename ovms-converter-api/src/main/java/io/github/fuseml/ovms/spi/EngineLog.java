package io.github.fuseml.ovms.spi;

/** Hears what an engine does for one call. Thread-safe. */
public interface EngineLog {
  /**
   * Something that the user should know, for instance that an engine is being installed.
   *
   * @param text one line, without a full stop
   */
  void info(String text);

  /**
   * A line that the engine's own process printed.
   *
   * @param line the line, for who looks for the cause of something
   */
  void output(String line);
}
