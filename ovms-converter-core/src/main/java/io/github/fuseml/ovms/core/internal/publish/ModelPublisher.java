package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Publishes files as a version of a model.
 *
 * <p>Where a store can make a directory appear in one step, it does. Elsewhere the files are created one
 * by one: the record of provenance first, whose name is the same for everybody, so that one publisher
 * gets the number and knows it before the weights are sent; then the weights; the description last, for
 * OVMS skips a version without a complete file set and keeps the older one. In the end it is looked
 * whether everything is there and nothing else. Either way a number that somebody else took in the
 * meantime is left to him, and the next one is tried.
 */
public final class ModelPublisher {
  private static final int ATTEMPTS = 100;

  private final ArtifactStore store;
  private final TransferMeter meter;
  private final ClaimPace pace;

  /** What is published, which may tell the number that it gets. */
  @FunctionalInterface
  public interface Contents {
    /**
     * The files of a version.
     *
     * @param version the number that is tried
     * @return paths below the version's directory and their content, which may be moved away
     */
    Map<String, Path> of(long version);
  }

  /**
   * A publisher to one store.
   *
   * @param store the store, which can write
   * @param meter hears how far the files are, where they are written one by one
   */
  public ModelPublisher(ArtifactStore store, TransferMeter meter) {
    this(store, meter, ClaimPace.STANDARD);
  }

  ModelPublisher(ArtifactStore store, TransferMeter meter, ClaimPace pace) {
    this.store = store;
    this.meter = meter;
    this.pace = pace;
  }

  /**
   * Publishes the next version.
   *
   * @param output the directory that holds the model's versions
   * @param contents what to publish
   * @return the number of the version
   * @throws ConflictException if other publishers were faster again and again
   */
  public long publish(Location output, Contents contents) {
    long version = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Never the same number again: what takes it may be a file, which is no directory to list.
      version = Math.max(
          VersionNumbers.after(version), VersionNumbers.next(store.listDirectories(output)));
      try {
        write(output.resolve(Long.toString(version)), contents.of(version));
        return version;
      } catch (ConflictException e) {
        // Somebody else published this number first.
      }
    }
    throw new ConflictException(Problem.of("publish a new version in")
        .on(output)
        .found("other publishers took the next number " + ATTEMPTS + " times")
        .remedy("try again when fewer of them run")
        .mayHelpToRetry());
  }

  /**
   * Publishes one version and no other.
   *
   * @param output the directory that holds the model's versions
   * @param version its number
   * @param contents what to publish
   * @throws ConflictException if OVMS sees such a version already
   */
  public void publishAs(Location output, long version, Contents contents) {
    requireFree(output, version, "");
    writeFree(output.resolve(Long.toString(version)), contents.of(version));
  }

  private void writeFree(Location directory, Map<String, Path> files) {
    try {
      write(directory, files);
    } catch (ConflictException e) {
      throw taken(directory, e);
    }
  }

  /**
   * Publishes one version in place of another. On a file system the old directory gives way to the
   * new one by two renames. Elsewhere the old description goes first, so that nothing is served until
   * the new one is there, and the old version is put back if that fails. The new weights and
   * descriptions need other names than the old ones, so that a reader who has listed the old ones finds
   * them or nothing.
   *
   * <p>It is for one at a time. Where the store can create on a condition, a claim sees to that: others
   * wait for it, and who finds that its holder works on for long gets a conflict. It also keeps those
   * away who remove old versions. Elsewhere two at a time may mix their files.
   *
   * @param output the directory that holds the model's versions
   * @param version its number
   * @param contents what to publish
   * @param replacing what it works with
   * @throws ConflictException if another directory counts as that version, or somebody else writes or
   *     replaces it
   */
  public void replace(Location output, long version, Contents contents, Replacing replacing) {
    String name = Long.toString(version);
    requireFree(output, version, name);
    Location directory = output.resolve(name);
    if (store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      store.replaceDirectory(directory, contents.of(version));
      return;
    }
    try (VersionClaim claim = ClaimWait.take(store, output, version, pace, replacing.notes())) {
      replaceInOrder(claim, output, version, contents.of(version), replacing);
    }
  }

  private void replaceInOrder(
      VersionClaim claim,
      Location output,
      long version,
      Map<String, Path> files,
      Replacing replacing) {
    Optional<StoredVersion> old = new ModelRepository(store, output).version(version);
    if (old.isEmpty()) {
      writeFree(claim.directory(), files);
      return;
    }
    boolean whole = true;
    if (claim.isExclusive() && ReplacementLeft.isIn(old.get().files())) {
      whole = ReplacementLeft.mend(store, old.get(), replacing::work);
    } else {
      requireNobodyWrites(claim.directory(), old.get().files());
    }
    new VersionReplacement(store, claim, replacing, meter).run(files, whole);
  }

  /** What has a record and no model yet is somebody's who writes it, or was killed. */
  private static void requireNobodyWrites(Location directory, List<Artifact> old) {
    List<String> paths = old.stream().map(Artifact::path).toList();
    boolean begun = paths.contains(Provenance.FILE) && !OvmsFiles.isComplete(paths);
    if (begun || ReplacementLeft.isIn(old)) {
      throw new ConflictException(Problem.of("replace the version")
          .on(directory)
          .found(
              "it is not complete: somebody else writes or replaces it, or was killed when he did")
          .remedy("wait until he has done it; what a killed one left is removed when it is old"
              + " enough (--leftover-age)")
          .mayHelpToRetry());
    }
  }

  private void requireFree(Location output, long version, String allowed) {
    for (String name : store.listDirectories(output)) {
      if (VersionNumbers.parse(name) == version && !name.equals(allowed)) {
        throw taken(output.resolve(name), null);
      }
    }
  }

  private static ConflictException taken(
      Location directory, @org.jspecify.annotations.Nullable Exception cause) {
    return new ConflictException(
        Problem.of("publish the version")
            .on(directory)
            .found("it is there already")
            .remedy("leave the number out to publish the next one, or replace it (--replace)"),
        cause);
  }

  private void write(Location directory, Map<String, Path> files) {
    if (store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY)) {
      store.writeDirectory(directory, files);
    } else {
      writeInOrder(directory, files);
    }
  }

  private void writeInOrder(Location directory, Map<String, Path> files) {
    List<Map.Entry<String, Path>> order = new ArrayList<>(files.entrySet());
    order.sort(Comparator.comparing(file -> StoredFiles.rank(file.getKey())));
    List<Artifact> written = new ArrayList<>();
    boolean complete = false;
    try {
      for (Map.Entry<String, Path> file : order) {
        written.add(upload(directory, file.getKey(), file.getValue(), !written.isEmpty()));
        if (written.size() == 1) {
          requireAlone(directory, written.get(0).location());
        }
      }
      requireWhole(directory, written);
      complete = true;
    } finally {
      if (!complete) {
        withdraw(store, written.stream().map(Artifact::location).toList());
      }
    }
  }

  /** A write that failed may have been done all the same, where its answer was lost. */
  private Artifact upload(Location directory, String path, Path file, boolean own) {
    Location location = directory.resolve(path);
    try {
      return TransferEngine.upload(store, file, location, WriteMode.CREATE_ONLY, meter)
          .withPath(path);
    } catch (TransferException e) {
      if (own) {
        withdraw(store, List.of(location));
      }
      throw e;
    }
  }

  /** Publishers that write no record do not meet in the name of a file. */
  private void requireAlone(Location directory, Location own) {
    for (Artifact artifact : store.list(directory)) {
      if (!artifact.location().equals(own)) {
        throw new ConflictException(Problem.of("publish in")
            .on(directory)
            .found("somebody else writes '" + artifact.path() + "' there")
            .mayHelpToRetry());
      }
    }
  }

  /** Somebody may have taken files for leftovers, or put others beside them. */
  private void requireWhole(Location directory, List<Artifact> written) {
    Set<String> expected = new HashSet<>();
    written.forEach(file -> expected.add(file.path() + " " + file.size()));
    Set<String> found = new HashSet<>();
    List<Artifact> there = store.list(directory);
    there.forEach(file -> found.add(file.path() + " " + file.size()));
    if (!found.equals(expected) && !isReplaced(there, written)) {
      throw new TransferException(Problem.of("publish in")
          .on(directory)
          .found("its files were changed by somebody else meanwhile")
          .remedy("try again")
          .mayHelpToRetry());
    }
  }

  /** Whether somebody replaces it already, as he may since it was complete. */
  private static boolean isReplaced(List<Artifact> there, List<Artifact> written) {
    return ReplacementLeft.isIn(there)
        || StoredFiles.ofRank(there, 0).stream()
            .anyMatch(record -> StoredFiles.ofRank(written, 0).stream()
                .anyMatch(own -> !Objects.equals(own.revision(), record.revision())));
  }

  /** Takes back what was written, the last first; the error that is on its way is the one to hear. */
  private static void withdraw(ArtifactStore store, List<Location> written) {
    Uninterrupted.run(() -> {
      for (int i = written.size() - 1; i >= 0; i--) {
        try {
          store.delete(written.get(i));
        } catch (RuntimeException e) {
          // Left behind without its description: OVMS does not serve it.
        }
      }
    });
  }
}
