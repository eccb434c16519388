package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Extension;
import io.github.fuseml.ovms.api.StoreSettings;
import java.util.Set;

/**
 * Opens the stores of some schemes. Two providers for one scheme are an error that names both.
 *
 * <p>Thread-safe, without state: one provider serves many runs with different settings.
 */
public interface ArtifactStoreProvider extends Extension {
  /**
   * The schemes that this provider serves.
   *
   * @return at least one, in lower case
   */
  Set<String> schemes();

  /**
   * Opens a store for one side of one run. No connection need be made yet.
   *
   * @param settings the settings of that side
   * @param role which side it is
   * @return a new store, closed by the run
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting is wrong
   */
  ArtifactStore open(StoreSettings settings, StoreRole role);
}
