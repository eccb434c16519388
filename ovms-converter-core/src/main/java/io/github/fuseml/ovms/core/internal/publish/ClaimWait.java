package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits for the claim to a version that somebody else may hold. */
final class ClaimWait {
  /** How many others may have it one after the other. */
  private static final int TURNS = 50;

  private final ArtifactStore store;
  private final VersionClaim claim;
  private final ClaimPace pace;
  private final Consumer<String> notes;
  private @Nullable Rival rival;
  private int rivals;

  /**
   * Somebody else's claim.
   *
   * @param seen as it was seen last
   * @param since when it was seen so for the first time
   * @param met when a claim of the same owner was seen for the first time
   */
  private record Rival(Artifact seen, String owner, long since, long met) {}

  private ClaimWait(
      ArtifactStore store, VersionClaim claim, ClaimPace pace, Consumer<String> notes) {
    this.store = store;
    this.claim = claim;
    this.pace = pace;
    this.notes = notes;
  }

  /**
   * Takes the claim to a version.
   *
   * @param store the store
   * @param output the directory that holds the versions
   * @param version the version's number
   * @param pace how long others are waited for
   * @param notes hears what is waited for
   * @return the claim; an empty one where the store has none
   * @throws ConflictException if somebody else holds it for long and renews it
   */
  static VersionClaim take(
      ArtifactStore store, Location output, long version, ClaimPace pace, Consumer<String> notes) {
    VersionClaim claim = new VersionClaim(store, output, version, pace);
    if (VersionClaim.areIn(store)) {
      new ClaimWait(store, claim, pace, notes).run();
    }
    return claim;
  }

  private void run() {
    if (claim.tryCreate()) {
      return;
    }
    while (true) {
      Optional<Artifact> there = store.find(claim.location());
      if (there.isEmpty() ? claim.tryCreate() : isTakenOver(there.get())) {
        return;
      }
      pause();
    }
  }

  /** Looks at a claim again; true once it was taken over. */
  private boolean isTakenOver(Artifact there) {
    Rival known = rival;
    if (known == null || !Objects.equals(known.seen().revision(), there.revision())) {
      meet(there);
      return false;
    }
    if (!pace.hasLapsed(claim.location(), known.since())) {
      return false;
    }
    if (!claim.isConditional()) {
      throw busy("somebody else replaces or removes it, or was killed when he did");
    }
    return claim.tryTakeOver(there);
  }

  private void meet(Artifact there) {
    long now = System.nanoTime();
    Optional<String> owner = VersionClaim.ownerOf(store, there);
    if (owner.isEmpty()) {
      return; // Looked at again in a moment.
    }
    Rival known = rival;
    boolean same = known != null && known.owner().equals(owner.get());
    long met = known != null && same ? known.met() : now;
    if ((same && pace.hasLapsed(claim.location(), met)) || rivals == TURNS) {
      throw busy("somebody else replaces or removes it at this moment");
    }
    rivals += same ? 0 : 1;
    if (known == null) {
      notes.accept("somebody else replaces or removes " + claim.directory()
          + "; waiting until he is done, for " + pace.lapse().toSeconds() + " s at most");
    }
    rival = new Rival(there, owner.get(), now, met);
  }

  private ConflictException busy(String found) {
    return new ConflictException(Problem.of("replace the version")
        .on(claim.directory())
        .found(found)
        .remedy("try again when he has done it; what a killed one left ("
            + claim.location().name() + ") is removed by the next run that finds it old enough"
            + " (--leftover-age)")
        .mayHelpToRetry());
  }

  private void pause() {
    try {
      pace.pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransferException(
          Problem.of("replace the version")
              .on(claim.directory())
              .found("the thread was interrupted")
              .mayHelpToRetry(),
          e);
    }
  }
}
