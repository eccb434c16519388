package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;

/** Removes a version so that at no moment OVMS finds a part of it that it would serve. */
final class VersionRemoval {
  private VersionRemoval() {}

  /**
   * Removes a version: in one step where the store can, else its description first and its record
   * last, by which a later run knows what is left of it.
   *
   * @param store the store
   * @param directory the version's directory
   */
  static void remove(ArtifactStore store, Location directory) {
    if (!store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      remove(store, directory, 2);
      remove(store, directory, 1);
    }
    store.deleteDirectory(directory);
  }

  private static void remove(ArtifactStore store, Location directory, int rank) {
    for (Artifact file : StoredFiles.ofRank(store.list(directory), rank)) {
      store.delete(file.location());
    }
  }
}
