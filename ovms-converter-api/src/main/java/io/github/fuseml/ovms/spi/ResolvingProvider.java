package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import java.util.Optional;

/**
 * A provider of locations that are names: a registry or a catalogue knows where the files really are,
 * in a store of another provider perhaps. Everything behind the first stage of a run then works with
 * the real location, and the real location's store is opened for it.
 *
 * <p>The settings of a side hold for both. Those of the store behind stand among this provider's as
 * {@code <id>.<name>}, such as {@code s3.endpoint}, and reach that store alone; this provider's reach
 * no store behind.
 */
public interface ResolvingProvider extends ArtifactStoreProvider {
  /**
   * Finds out where a location is. Asked again with what it answers, if that has a scheme of this
   * provider.
   *
   * @param location a location of one of the schemes
   * @param settings this provider's own settings of that side
   * @param role which side it is
   * @return where it is; empty when a store of this provider is to be opened for the location itself
   * @throws io.github.fuseml.ovms.api.NotFoundException if nobody knows the name
   * @throws io.github.fuseml.ovms.api.AccessDeniedException if the rights to ask are missing
   * @throws io.github.fuseml.ovms.api.TransferException if the connection or the service failed
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting or the location is wrong, or
   *     names nothing that has this role
   */
  Optional<ResolvedLocation> resolve(Location location, StoreSettings settings, StoreRole role);
}
