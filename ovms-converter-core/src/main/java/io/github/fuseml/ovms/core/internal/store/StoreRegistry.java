package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
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
   * Opens the store of a location.
   *
   * @param location the location
   * @param settings the settings of that side
   * @param role which side it is
   * @return a new store, to be closed by the caller
   * @throws BadRequestException if no provider serves its scheme
   */
  public ArtifactStore open(Location location, StoreSettings settings, StoreRole role) {
    ArtifactStoreProvider provider = providerOf(location);
    settings.requireOnly(provider.id(), provider.settings());
    ArtifactStore store = provider.open(settings, role);
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
        .map(each -> new StoreInfo(each.id(), each.schemes(), each.settings()))
        .toList();
  }
}
