package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The contract with what a tracking server hands out itself. What is there before a test is put past the
 * server to where it keeps it.
 */
abstract class ProxyContract extends ArtifactStoreContract {
  private static final AtomicInteger BASES = new AtomicInteger();

  abstract MlflowServer server();

  @Override
  protected ArtifactStoreProvider provider() {
    return new MlflowStoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return Servers.settings(server());
  }

  @Override
  protected Location newBase() {
    return Location.of("mlflow-artifacts:/contract-" + id() + "/" + BASES.incrementAndGet());
  }

  abstract String id();

  /** Where it lies below the place that the server keeps artifacts in. */
  static String path(Location location) {
    return location.value().substring("mlflow-artifacts:/".length());
  }

  @Override
  protected List<String> awkwardNames() {
    return super.awkwardNames().stream()
        .filter(name -> !List.of("%20", "%2F", "hash#tag").contains(name))
        .toList();
  }

  @Override
  protected Map<String, String> deviations() {
    Map<String, String> all = new HashMap<>(deviationsOfItsPlace());
    all.put(
        "givenAwkwardNamesWhenListedThenTheyAreTakenLiterally",
        "MLflow's server decodes percent escapes until none is left, and takes no '#'");
    return all;
  }

  abstract Map<String, String> deviationsOfItsPlace();
}
