package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.AccessDeniedException;
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
   * @param denied is run where uploads that nobody completed may not be listed or aborted; everything
   *     else is removed all the same
   * @return how many were removed
   */
  public static int remove(
      ArtifactStore store, Location output, Duration age, Supplier<Path> work, Runnable denied) {
    int removed = 0;
    try {
      removed = store.removeAbandoned(output, age);
    } catch (AccessDeniedException e) {
      denied.run();
    }
    if (store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      return removed; // A version appears there as a whole, so what is not whole is not ours.
    }
    ModelRepository.Unfinished unfinished = new ModelRepository(store, output).unfinished();
    for (StoredVersion version : unfinished.versions()) {
      if (version.isOwn()
          && isOld(store, version, age)
          && isMended(store, output, version.number(), age, work)) {
        removed++;
      }
    }
    for (Artifact claim : unfinished.claims()) {
      removed += isGivenBack(store, output, claim, age) ? 1 : 0;
    }
    return removed;
  }

  /** Makes a version whole or removes it, unless somebody else is at work on it. */
  private static boolean isMended(
      ArtifactStore store, Location output, long number, Duration age, Supplier<Path> work) {
    try (VersionClaim claim = new VersionClaim(store, output, number, ClaimPace.STANDARD)) {
      if (!claim.tryTake(other -> isOld(store, other, age))) {
        return false;
      }
      // Looked at again: it may have been completed or replaced since it was listed.
      StoredVersion now = new ModelRepository(store, output).version(number).orElse(null);
      if (now == null || !now.isOwn() || !isUnfinished(now) || !isOld(store, now, age)) {
        return false;
      }
      if (!ReplacementLeft.mend(store, now, work)) {
        claim.requireHeld();
        removeUploads(store, now, age);
        VersionRemoval.remove(store, now.location());
      }
      return true;
    }
  }

  /** Some stores find what was never completed only by its whole name, which the record has. */
  private static void removeUploads(ArtifactStore store, StoredVersion version, Duration age) {
    for (var file : version.recorded()) {
      try {
        var unused = store.removeAbandoned(version.location().resolve(file.path()), age);
      } catch (AccessDeniedException e) {
        return; // Told already.
      }
    }
  }

  private static boolean isUnfinished(StoredVersion version) {
    return ReplacementLeft.isIn(version.files())
        || !OvmsFiles.isComplete(version.files().stream().map(Artifact::path).toList());
  }

  /** Whether nobody has a claim any more that nobody came for. */
  private static boolean isGivenBack(
      ArtifactStore store, Location output, Artifact claim, Duration age) {
    if (!isOld(store, claim, age)) {
      return false;
    }
    try (VersionClaim own =
        new VersionClaim(store, output, VersionClaim.versionOf(claim), ClaimPace.STANDARD)) {
      return own.tryTake(other -> isOld(store, other, age));
    }
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

  private static boolean isOld(ArtifactStore store, StoredVersion version, Duration age) {
    return version.files().stream().allMatch(file -> isOld(store, file, age));
  }

  private static boolean isOld(ArtifactStore store, Artifact file, Duration age) {
    Instant latest = Instant.now().minus(age);
    return store.lastModified(file).filter(time -> !time.isAfter(latest)).isPresent();
  }
}
