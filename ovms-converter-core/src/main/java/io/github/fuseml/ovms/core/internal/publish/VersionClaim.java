package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says that somebody replaces or removes a version, so that nobody else does at the same time. It is a
 * small file beside the directories of the versions, {@code .ovms-converter-claim-7}, which is created
 * only where there is none; OVMS passes over what is no directory. Its holder renews it every few
 * seconds, in place of the very revision that he wrote. Who finds one waits: if it goes away he has it,
 * if it is renewed for long its holder is busy, and if it stays as it is for long its holder is dead
 * and it is taken over, again in place of the very revision that was seen.
 *
 * <p>A holder who stood still for long, as a machine that was suspended does, finds out before he makes
 * anything visible: {@link #requireHeld} renews the claim once more.
 *
 * <p>Where a store cannot replace on a condition, a claim is never taken over: what a killed holder has
 * left is removed with other leftovers. Where it cannot create on a condition, there are no claims.
 */
final class VersionClaim implements AutoCloseable {
  private static final String PREFIX = DurableFiles.TEMPORARY_PREFIX + "claim-";

  private final ArtifactStore store;
  private final Location output;
  private final long version;
  private final ClaimPace pace;
  private final String owner;
  private @Nullable Artifact held;
  private long renewed;
  private long renewals;
  private boolean lost;
  private @Nullable Thread renewing;

  VersionClaim(ArtifactStore store, Location output, long version, ClaimPace pace) {
    this.store = store;
    this.output = output;
    this.version = version;
    this.pace = pace;
    this.owner = UUID.randomUUID().toString();
  }

  /**
   * Whether a file is a claim.
   *
   * @param path its path below any directory
   */
  static boolean isClaim(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith(PREFIX) && VersionNumbers.isVersion(name.substring(PREFIX.length()));
  }

  /** The number of the version that a claim is for, by its name. */
  static long versionOf(Artifact claim) {
    return VersionNumbers.parse(claim.location().name().substring(PREFIX.length()));
  }

  /** Whether a store has claims. */
  static boolean areIn(ArtifactStore store) {
    return store.capabilities().contains(StoreCapability.CREATE_ONLY);
  }

  Location location() {
    return output.resolve(PREFIX + version);
  }

  Location directory() {
    return output.resolve(Long.toString(version));
  }

  /** Whether nobody else can be at work while this claim is held. */
  synchronized boolean isExclusive() {
    return held != null && !lost;
  }

  /** Takes it if it is free. */
  boolean tryCreate() {
    long now = System.nanoTime();
    try {
      hold(store.write(location(), content(), WriteMode.CREATE_ONLY), now);
      return true;
    } catch (ConflictException e) {
      return false;
    } catch (TransferException e) {
      Artifact own = findOwn().orElseThrow(() -> e);
      hold(own, now);
      return true;
    }
  }

  /** What was written, perhaps, although no answer came. */
  private Optional<Artifact> findOwn() {
    Optional<Artifact> there = store.find(location());
    return there.flatMap(claim -> ownerOf(store, claim)).filter(owner::equals).isPresent()
        ? there
        : Optional.empty();
  }

  /** Who holds a claim; empty if it was changed or given back at this moment. */
  static Optional<String> ownerOf(ArtifactStore store, Artifact claim) {
    try (InputStream in = store.read(claim, 0, -1)) {
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
      return Optional.of(lines.length > 1 ? lines[1] : "");
    } catch (IOException | NotFoundException | TransferException e) {
      return Optional.empty();
    }
  }

  /** Takes it over from one who is dead, if it is still as it was seen. */
  boolean tryTakeOver(Artifact seen) {
    if (!isConditional()) {
      return false;
    }
    long now = System.nanoTime();
    try {
      hold(store.replace(seen, content()), now);
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }

  /**
   * Takes it without waiting, for those who can do their work another time.
   *
   * @param dead tells of a claim whether its holder is certainly dead
   * @return false if somebody else has it
   */
  boolean tryTake(Predicate<Artifact> dead) {
    if (!areIn(store) || tryCreate()) {
      return true;
    }
    Optional<Artifact> other = store.find(location());
    if (other.isEmpty() || !dead.test(other.get())) {
      return false;
    }
    if (isConditional()) {
      return tryTakeOver(other.get());
    }
    store.delete(location());
    return tryCreate();
  }

  boolean isConditional() {
    return store.capabilities().contains(StoreCapability.CONDITIONAL_REPLACE);
  }

  private TextContent content() {
    return new TextContent("version " + version + " is replaced or removed by\n" + owner + "\n"
        + "renewed " + ++renewals + " times\n");
  }

  private synchronized void hold(Artifact claim, long now) {
    held = claim;
    renewed = now;
    if (isConditional() && !pace.renewal().isZero()) {
      Thread thread = new Thread(this::keepAlive, "ovms-converter-claim");
      thread.setDaemon(true);
      renewing = thread;
      thread.start();
    }
  }

  private void keepAlive() {
    try {
      while (true) {
        Thread.sleep(pace.renewal().toMillis());
        try {
          renew();
        } catch (RuntimeException e) {
          // Tried again in a moment; who holds it finds out before it matters.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It is given back.
    }
  }

  private synchronized void renew() {
    Artifact current = held;
    if (current == null || lost) {
      return;
    }
    long now = System.nanoTime();
    if (!isConditional()) {
      lost = !store
          .find(location())
          .filter(there -> Objects.equals(there.revision(), current.revision()))
          .isPresent();
      renewed = now;
      return;
    }
    // An earlier renewal may have been done although no answer came.
    lost = !isReplaced(current) && findOwn().filter(this::isReplaced).isEmpty();
    renewed = now;
  }

  private synchronized boolean isReplaced(Artifact current) {
    try {
      held = store.replace(current, content());
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }

  /**
   * Makes sure that it is held at this moment, and will be for a while.
   *
   * @throws ConflictException if somebody else has taken it over
   */
  synchronized void requireHeld() {
    if (held == null && !lost) {
      return;
    }
    renew();
    if (lost || !pace.isFresh(renewed)) {
      throw new ConflictException(Problem.of("replace the version")
          .on(directory())
          .found("this run stood still for too long, and somebody else took it for dead")
          .remedy("look at the versions, and run it again if need be")
          .mayHelpToRetry());
    }
  }

  /** Gives it back; what cannot be given back lapses. */
  @Override
  public void close() {
    Thread thread = renewing;
    if (thread != null) {
      thread.interrupt();
    }
    Uninterrupted.run(this::giveBack);
  }

  private synchronized void giveBack() {
    if (held == null || lost) {
      return;
    }
    try {
      if (!isConditional() || !pace.isFresh(renewed)) {
        renew();
      }
      if (!lost) {
        store.delete(location());
      }
      held = null;
    } catch (OvmsConverterException e) {
      // Others wait until it has lapsed.
    }
  }
}
