package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Extension;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import java.net.URI;
import java.util.List;
import java.util.Optional;
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
   * The settings that this provider understands: the one table that the documentation, the command
   * line and the environment variables are made from. Others are refused before the store is
   * opened, and so are values that are not of their kind.
   *
   * @return the settings, none unless overridden; always the same
   */
  default List<StoreSetting> settings() {
    return List.of();
  }

  /**
   * Where the requests for a location go, for the diagnosis of what is wrong with the way there.
   *
   * @param location a location of one of the schemes
   * @param settings the settings of that side
   * @return an {@code http:} or {@code https:} URL of the service, without user information and
   *     query; empty when no network is involved
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting or the location is wrong
   */
  default Optional<URI> endpoint(Location location, StoreSettings settings) {
    return Optional.empty();
  }

  /**
   * The proxy that the requests for a location go by, for the diagnosis of the way there.
   *
   * @param location a location of one of the schemes
   * @param settings the settings of that side
   * @return the proxy; empty when the {@linkplain #endpoint endpoint} is asked directly
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting or the location is wrong
   */
  default Optional<HttpProxy> proxy(Location location, StoreSettings settings) {
    return Optional.empty();
  }

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
