package io.github.fuseml.ovms.cli.repository;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stores whose user dies at one of the operations that change something: from then on nothing that he
 * tries has an effect, his cleaning up included, as if his process had been killed.
 */
final class MortalStores implements ArtifactStoreProvider {
  private static final Set<String> CHANGING = Set.of(
      "write",
      "writeDirectory",
      "replaceDirectory",
      "replace",
      "delete",
      "deleteDirectory",
      "list",
      "listDirectories");

  private final ArtifactStoreProvider stores;
  private final int deadly;
  private final boolean afterwards;
  private final AtomicInteger operations = new AtomicInteger();
  private volatile boolean dead;

  /** Dies at an operation, counted from 1: before it is done, or before its answer is heard. */
  MortalStores(ArtifactStoreProvider stores, int deadly, boolean afterwards) {
    this.stores = stores;
    this.deadly = deadly;
    this.afterwards = afterwards;
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public String id() {
    return stores.id();
  }

  @Override
  public Set<String> schemes() {
    return stores.schemes();
  }

  @Override
  public java.util.List<io.github.fuseml.ovms.api.StoreSetting> settings() {
    return stores.settings();
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    ArtifactStore store = stores.open(settings, role);
    return (ArtifactStore) Proxy.newProxyInstance(
        MortalStores.class.getClassLoader(),
        new Class<?>[] {ArtifactStore.class},
        (proxy, method, arguments) -> {
          boolean counts = CHANGING.contains(method.getName());
          boolean now = counts && operations.incrementAndGet() == deadly;
          if (now && !afterwards) {
            dead = true;
          }
          if (dead
              && !method.getName().equals("close")
              && !method.getName().equals("capabilities")) {
            throw new KilledError();
          }
          Object result;
          try {
            result = method.invoke(store, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
          if (now) {
            dead = true;
            throw new KilledError();
          }
          return result;
        });
  }

  static final class KilledError extends Error {
    private static final long serialVersionUID = 1L;
  }
}
