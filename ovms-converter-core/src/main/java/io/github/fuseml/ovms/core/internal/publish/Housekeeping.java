package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Removes old versions. */
public final class Housekeeping {
  private Housekeeping() {}

  /**
   * Removes the complete versions below the newest ones. What is not complete is left: it may be
   * somebody's who writes it now.
   *
   * @param store the store
   * @param output the directory that holds the versions
   * @param keep how many of the newest complete versions stay
   * @param published the version that stays in any case
   * @param policy what OVMS is told to serve of the model; empty if that is not known
   * @return the numbers that were removed, in ascending order
   */
  public static List<Long> remove(
      ArtifactStore store, Location output, int keep, long published, Optional<Policy> policy) {
    int newest = Math.max(keep, policy.map(Policy::latest).orElse(1));
    LongPredicate served = policy.map(Policy::served).orElse(number -> false);
    List<StoredVersion> old = new ModelRepository(store, output)
        .versions().stream()
            .filter(StoredVersion::complete)
            .sorted(Comparator.comparing(StoredVersion::number).reversed())
            .skip(newest)
            .filter(version -> version.number() != published && !served.test(version.number()))
            .sorted(Comparator.comparing(StoredVersion::number))
            .toList();
    List<Long> removed = new ArrayList<>();
    for (StoredVersion version : old) {
      VersionRemoval.remove(store, version.location());
      removed.add(version.number());
    }
    return removed;
  }

  /**
   * What OVMS is told to serve of a model.
   *
   * @param latest how many of the newest versions
   * @param served tells the numbers that it serves besides
   */
  public record Policy(int latest, LongPredicate served) {}
}
