package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.util.Optional;
import java.util.TreeSet;

/** Looks at the way to a location: first the network, then what the store itself says. Thread-safe. */
public final class Doctor {
  static final String SETTINGS = "settings are right";

  private final StoreRegistry registry;

  /**
   * A doctor for some stores.
   *
   * @param registry the stores
   */
  public Doctor(StoreRegistry registry) {
    this.registry = registry;
  }

  /**
   * Takes all steps.
   *
   * @param location what to look at
   * @param settings the settings of its store
   * @param write whether to try to write as well
   * @return what was found
   * @throws BadRequestException if no store serves the location
   */
  public Diagnosis diagnose(Location location, StoreSettings settings, boolean write) {
    ArtifactStoreProvider provider = registry.providerOf(location);
    Checks checks = new Checks();
    Optional<URI> endpoint;
    ArtifactStore store;
    try {
      StoreRole role = write ? StoreRole.OUTPUT : StoreRole.INPUT;
      store = registry.open(location, settings, role);
      endpoint = provider.endpoint(location, settings);
    } catch (BadRequestException e) {
      checks.failed(SETTINGS, e);
      return new Diagnosis(location, checks.done());
    }
    try (store) {
      String names = settings.names().isEmpty()
          ? "none are set"
          : "set: " + String.join(", ", new TreeSet<>(settings.names()));
      checks.passed(SETTINGS, "the store '%s'; %s".formatted(provider.id(), names));
      boolean reachable = new NetworkChecks(checks, settings).run(endpoint.orElse(null));
      StoreChecks storeChecks = new StoreChecks(checks, store, location, write);
      if (reachable) {
        storeChecks.run();
      } else {
        storeChecks.skip("the endpoint is not reachable");
      }
    }
    return new Diagnosis(location, checks.done());
  }
}
