package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where something really is, and what opens it.
 *
 * @param location the real location
 * @param provider the provider of its store
 * @param settings the settings of that store alone
 * @param resolution what found it out from the name that was given first; null if it was no name
 */
public record Place(
    Location location,
    ArtifactStoreProvider provider,
    StoreSettings settings,
    @Nullable ResolvedLocation resolution) {
  /**
   * Whether the location was found out from a name.
   *
   * @return true if it is another than the one that was asked for
   */
  public boolean isNamed() {
    return resolution != null;
  }

  /**
   * What the place is called.
   *
   * @return the registry's name for it, or the last segment of its location
   */
  public String name() {
    return resolution == null ? location.name() : resolution.name();
  }

  /**
   * Who found the place out.
   *
   * @return the resolution of the first name; empty if there was none
   */
  public Optional<ResolvedLocation> resolved() {
    return Optional.ofNullable(resolution);
  }

  /**
   * A place below this one, in the same store.
   *
   * @param relative a relative path; empty for the place itself
   * @return that place
   */
  public Place resolve(String relative) {
    Location below = relative.isEmpty() ? location : location.resolve(relative);
    return new Place(below, provider, settings, resolution);
  }
}
