package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.Extension;
import io.github.fuseml.ovms.api.ModelFormat;
import java.util.Set;

/** Opens an engine. Thread-safe, without state. */
public interface OptimizerProvider extends Extension {
  /**
   * The formats that the engine takes.
   *
   * @return at least one
   */
  Set<ModelFormat> formats();

  /**
   * Opens the engine for a converter's life. Starts nothing yet.
   *
   * @param settings how to find and limit it
   * @return a new optimizer, closed with the converter
   */
  Optimizer open(EngineSettings settings);
}
