package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import io.github.fuseml.ovms.spi.ResolvingProvider;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which provider serves which scheme. */
public final class StoreRegistry {
  /** The schemes of the project's other modules, to name the one that is missing. */
  private static final Map<String, String> KNOWN = Map.of(
      "s3", "ovms-converter-s3",
      "gs", "ovms-converter-gcs",
      "http", "ovms-converter-http",
      "https", "ovms-converter-http",
      "models", "ovms-converter-mlflow",
      "runs", "ovms-converter-mlflow",
      "mlflow-artifacts", "ovms-converter-mlflow");

  /** As many names as honestly lead one to the next, and some more. */
  private static final int MOST_NAMES = 8;

  private final Map<String, ArtifactStoreProvider> byScheme = new TreeMap<>();

  /**
   * A registry of these providers.
   *
   * @param providers the providers
   * @throws BadRequestException if two serve one scheme
   */
  public StoreRegistry(List<ArtifactStoreProvider> providers) {
    for (ArtifactStoreProvider provider : providers) {
      for (String scheme : provider.schemes()) {
        ArtifactStoreProvider other = byScheme.putIfAbsent(scheme, provider);
        if (other != null) {
          throw new BadRequestException(Problem.of("register the store")
              .on("'" + provider.id() + "'")
              .found("both %s and %s serve the scheme '%s'"
                  .formatted(other.getClass().getName(), provider.getClass().getName(), scheme))
              .remedy("keep one of them on the class path"));
        }
      }
    }
  }

  /**
   * Finds out where a location really is.
   *
   * @param location a location, or a name of one
   * @param settings the settings of that side
   * @param role which side it is
   * @return the place
   * @throws BadRequestException if no provider serves a scheme, or a setting is wrong
   */
  public Place resolve(Location location, StoreSettings settings, StoreRole role) {
    ArtifactStoreProvider provider = providerOf(location);
    requireKnown(provider, settings);
    StoreSettings own = provider instanceof ResolvingProvider ? settings.own() : settings;
    Location real = location;
    ResolvedLocation first = null;
    for (int names = 0; provider instanceof ResolvingProvider resolving; names++) {
      ResolvedLocation next = resolving.resolve(real, own, role).orElse(null);
      if (next == null) {
        break;
      }
      first = first == null ? next : first;
      real = next.location();
      ArtifactStoreProvider behind = providerBehind(location, real);
      if (names == MOST_NAMES || (behind instanceof ResolvingProvider && behind != resolving)) {
        throw inCircles(location, real);
      }
      own = behind == provider ? own : settings.behind(behind.id());
      provider = behind;
    }
    return new Place(real, provider, own, first);
  }

  private ArtifactStoreProvider providerBehind(Location name, Location real) {
    try {
      return providerOf(real);
    } catch (BadRequestException e) {
      throw new BadRequestException(
          e.problem().found(name + " is there, and " + e.problem().found()), e);
    }
  }

  private static BadRequestException inCircles(Location location, Location real) {
    return new BadRequestException(Problem.of("find out where")
        .on(location)
        .found("one name leads to another, the last one was " + real)
        .remedy("give the real location"));
  }

  /**
   * Refuses settings that a provider does not know.
   *
   * @param provider the provider
   * @param settings what was set
   * @throws BadRequestException if one is unknown, or its value is wrong
   */
  public void requireKnown(ArtifactStoreProvider provider, StoreSettings settings) {
    settings.requireOnly(provider.id(), settingsOf(provider));
  }

  /** What may be set for a provider: the store behind is known only when its names are looked up. */
  private List<StoreSetting> settingsOf(ArtifactStoreProvider provider) {
    return provider instanceof ResolvingProvider
        ? info(provider).settingsAmong(describe())
        : provider.settings();
  }

  /**
   * Opens the store of a place.
   *
   * @param place the place
   * @param role which side it is
   * @return a new store, to be closed by the caller
   */
  public ArtifactStore open(Place place, StoreRole role) {
    ArtifactStore store = place.provider().open(place.settings(), role);
    return store.capabilities().contains(StoreCapability.LOCAL_PATH)
        ? store
        : new InterruptibleStore(store);
  }

  /**
   * The provider of a location.
   *
   * @param location the location
   * @return the one that serves its scheme
   * @throws BadRequestException if there is none
   */
  public ArtifactStoreProvider providerOf(Location location) {
    ArtifactStoreProvider provider = byScheme.get(location.scheme());
    if (provider == null) {
      String module = KNOWN.get(location.scheme());
      throw new BadRequestException(Problem.of("open")
          .on(location)
          .found("no store for the scheme '%s' is installed; there are %s"
              .formatted(location.scheme(), byScheme.keySet()))
          .remedy(
              module == null
                  ? "check the scheme, or add a store for it to the class path"
                  : "add the artifact io.github.fuseml:" + module + " to the class path"));
    }
    return provider;
  }

  /**
   * The stores that are registered.
   *
   * @return their descriptions in the order of their ids
   */
  public List<StoreInfo> describe() {
    return byScheme.values().stream()
        .distinct()
        .sorted(Comparator.comparing(ArtifactStoreProvider::id))
        .map(StoreRegistry::info)
        .toList();
  }

  private static StoreInfo info(ArtifactStoreProvider provider) {
    return new StoreInfo(
        provider.id(),
        provider.schemes(),
        provider.settings(),
        provider instanceof ResolvingProvider);
  }
}
