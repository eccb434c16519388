package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.internal.store.Place;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.ResolvingProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.util.Optional;
import java.util.TreeSet;

/** Looks at the way to a location: first the network, then what the store itself says. Thread-safe. */
public final class Doctor {
  static final String SETTINGS = "settings are right";
  static final String RESOLVES = "the name is known";

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
    StoreRole role = write ? StoreRole.OUTPUT : StoreRole.INPUT;
    try {
      registry.requireKnown(provider, settings);
      if (provider instanceof ResolvingProvider) {
        diagnoseNamed(location, settings, role, checks);
      } else {
        diagnose(new Place(location, provider, settings, null), role, checks);
      }
    } catch (BadRequestException e) {
      checks.failedFor(SETTINGS, e.problem());
    }
    return new Diagnosis(location, checks.done());
  }

  /** First the way to whoever knows the name, then the way to what it means. */
  private void diagnoseNamed(
      Location location, StoreSettings settings, StoreRole role, Checks checks) {
    ArtifactStoreProvider provider = registry.providerOf(location);
    Optional<URI> endpoint = provider.endpoint(location, settings.own());
    Place place;
    try {
      place = registry.resolve(location, settings, role);
    } catch (BadRequestException e) {
      throw e;
    } catch (OvmsConverterException e) {
      told(provider, settings, checks);
      new NetworkChecks(checks, settings.own())
          .run(endpoint.orElse(null), provider.proxy(location, settings.own()).orElse(null));
      checks.failed(RESOLVES, e);
      return;
    }
    if (place.isNamed()) {
      checks.passed(RESOLVES, place.location().toString());
    }
    diagnose(place, role, checks);
  }

  private void diagnose(Place place, StoreRole role, Checks checks) {
    ArtifactStoreProvider provider = place.provider();
    ArtifactStore store = registry.open(place, role);
    try (store) {
      Optional<URI> endpoint = provider.endpoint(place.location(), place.settings());
      told(provider, place.settings(), checks);
      String unreachable = new NetworkChecks(checks, place.settings())
          .run(
              endpoint.orElse(null),
              provider.proxy(place.location(), place.settings()).orElse(null));
      StoreChecks storeChecks =
          new StoreChecks(checks, store, place.location(), role == StoreRole.OUTPUT);
      if (unreachable == null) {
        storeChecks.run();
      } else {
        storeChecks.skip(unreachable);
      }
    }
  }

  private static void told(ArtifactStoreProvider provider, StoreSettings settings, Checks checks) {
    String names = settings.names().isEmpty()
        ? "none are set"
        : "set: " + String.join(", ", new TreeSet<>(settings.names()));
    checks.passed(SETTINGS, "the store '%s'; %s".formatted(provider.id(), names));
  }
}
