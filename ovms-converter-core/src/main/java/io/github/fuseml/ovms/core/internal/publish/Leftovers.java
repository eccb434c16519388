package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What killed publishers left. On a file system a lock tells the dead from the living. In an object
 * store the dead are known by their record of provenance in a version that is not complete and in which
 * nothing has changed for long.
 */
public final class Leftovers {
  /** How old something without a lock has to be for those who only look. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  private Leftovers() {}

  /**
   * Removes leftovers that are certainly dead.
   *
   * @param store the store
   * @param output the directory that holds the versions
   * @param age how old they must be where no lock tells
   * @param work gives a directory of this machine for temporary files
   * @return how many were removed
   */
  public static int remove(
      ArtifactStore store, Location output, Duration age, Supplier<Path> work) {
    int removed = store.removeAbandoned(output, age);
    if (store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      return removed; // A version appears there as a whole, so what is not whole is not ours.
    }
    for (StoredVersion version : new ModelRepository(store, output).incomplete()) {
      if (version.isOwn() && isOld(store, version, age) && isStillIncomplete(store, version)) {
        // What was being replaced is served again; what was never whole goes.
        StoredVersion read =
            new ModelRepository(store, output).version(version.number()).orElse(version);
        if (!VersionReplacement.putBack(store, read, work)) {
          VersionRemoval.remove(store, version.location());
        }
        removed++;
      }
    }
    return removed;
  }

  /**
   * Puts back what a killed publisher moved out of the way, where a lock tells that he is dead. It is
   * for those who look at the versions first; who may not write there sees what is there.
   *
   * @param store the store
   * @param output the directory that holds the versions
   */
  public static void putBack(ArtifactStore store, Location output) {
    if (store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      try {
        var unused = store.removeAbandoned(output, NEVER);
      } catch (OvmsConverterException e) {
        // The versions are listed as they are.
      }
    }
  }

  /** Looked at again once it is known to be old: it may have been completed since it was listed. */
  private static boolean isStillIncomplete(ArtifactStore store, StoredVersion version) {
    return !OvmsFiles.isComplete(
        store.list(version.location()).stream().map(Artifact::path).toList());
  }

  private static boolean isOld(ArtifactStore store, StoredVersion version, Duration age) {
    Instant latest = Instant.now().minus(age);
    return version.files().stream()
        .allMatch(file ->
            store.lastModified(file).filter(time -> !time.isAfter(latest)).isPresent());
  }
}
