package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Location;
import java.util.Optional;

/** Where a location that is a name really is. Immutable. */
public interface ResolvedLocation {
  /**
   * The real location.
   *
   * @return a location of any scheme, also of the resolving provider's own
   */
  Location location();

  /**
   * What that is called which lies there, for the converted model's files when nothing else names them.
   *
   * @return the last segment of the location unless overridden
   */
  default String name() {
    return location().name();
  }

  /**
   * Where else to look. Asked when nothing lies at the location, and may ask a server; it fails for
   * nothing.
   *
   * @return an imperative sentence without a full stop; empty, unless overridden, when nothing better
   *     is known than to check the path
   */
  default Optional<String> whereElse() {
    return Optional.empty();
  }

  /**
   * Called before a model that is read from here is planned, so that what is to be done once it is
   * published is not found to be impossible only then. Does nothing unless overridden.
   *
   * @throws io.github.fuseml.ovms.api.BadRequestException if the settings ask for what cannot be done
   */
  default void requireTellable() {}

  /**
   * Called once a model that was read from here has been converted and published, so that whoever
   * knows the name can learn of it. A failure is a warning of the run: what was published stays.
   *
   * @param publication what was published
   * @return what was done, for people; empty when nothing was
   */
  default Optional<String> published(Publication publication) {
    return Optional.empty();
  }
}
