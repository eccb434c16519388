package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Removes old versions. */
public final class Housekeeping {
  private Housekeeping() {}

  /**
   * Removes the complete versions below the newest ones that were published. What is not complete is
   * left: it may be somebody's who writes it now. So is what is no converted model, such as a
   * TensorFlow model in a directory with a number for its name, and what this run reads.
   *
   * @param store the store
   * @param output the directory that holds the versions
   * @param keep how many of the newest complete versions stay
   * @param published the version that stays in any case
   * @param policy what OVMS is told to serve of the model; empty if that is not known
   * @param sources what the published version was made from
   * @return the numbers that were removed, in ascending order
   */
  public static List<Long> remove(
      ArtifactStore store,
      Location output,
      int keep,
      long published,
      Optional<Policy> policy,
      SourceFiles sources) {
    int newest = Math.max(keep, policy.map(Policy::latest).orElse(1));
    LongPredicate served = policy.map(Policy::served).orElse(number -> false);
    List<StoredVersion> old = new ModelRepository(store, output)
        .versions().stream()
            .filter(StoredVersion::complete)
            .sorted(Comparator.comparing(StoredVersion::number).reversed())
            .skip(newest)
            .filter(version -> version.number() != published && !served.test(version.number()))
            .filter(
                version -> EarlierOutput.isPublished(version) && !sources.areIn(version.location()))
            .sorted(Comparator.comparing(StoredVersion::number))
            .toList();
    List<Long> removed = new ArrayList<>();
    for (StoredVersion version : old) {
      if (isRemoved(store, output, version)) {
        removed.add(version.number());
      }
    }
    return removed;
  }

  /** What somebody else replaces at this moment, he wants to keep. */
  private static boolean isRemoved(ArtifactStore store, Location output, StoredVersion version) {
    if (store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      VersionRemoval.remove(store, version.location());
      return true;
    }
    try (VersionClaim claim =
        new VersionClaim(store, output, version.number(), ClaimPace.STANDARD)) {
      boolean taken = claim.tryTake(other -> false);
      if (taken) {
        VersionRemoval.remove(store, version.location());
      }
      return taken;
    }
  }

  /**
   * What OVMS is told to serve of a model.
   *
   * @param latest how many of the newest versions
   * @param served tells the numbers that it serves besides
   */
  public record Policy(int latest, LongPredicate served) {
    /** What OVMS serves where it is told nothing. */
    static final Policy DEFAULT = new Policy(1, number -> false);

    /** Serves what either one says. */
    Policy and(Policy other) {
      return new Policy(Math.max(latest, other.latest), served.or(other.served));
    }
  }
}
