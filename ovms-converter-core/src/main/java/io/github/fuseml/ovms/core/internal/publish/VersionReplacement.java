package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Replaces a version where files are written one by one, by one publisher at a time, who holds the claim
 * to it. A copy of the old version is brought to this machine; its description is put aside under a
 * name that OVMS passes over and then removed, so that nothing is served. The new weights come beside
 * the old ones. Only when they are there, the old ones go, and the new description comes last. Whatever
 * fails up to then, the old version is put back.
 */
final class VersionReplacement {
  private final ArtifactStore store;
  private final VersionClaim claim;
  private final Location directory;
  private final Replacing replacing;
  private final TransferMeter meter;
  private final Set<String> attempted = new LinkedHashSet<>();
  private final List<Artifact> written = new ArrayList<>();

  /**
   * A replacement.
   *
   * @param store the store
   * @param claim the claim to the version
   * @param replacing what it works with
   * @param meter hears how far the files are
   */
  VersionReplacement(
      ArtifactStore store, VersionClaim claim, Replacing replacing, TransferMeter meter) {
    this.store = store;
    this.claim = claim;
    this.directory = claim.directory();
    this.replacing = replacing;
    this.meter = meter;
  }

  /**
   * Replaces.
   *
   * @param files paths below the version's directory and their content
   * @param whole whether what is there is worth to be put back
   */
  void run(Map<String, Path> files, boolean whole) {
    List<Artifact> there = store.list(directory);
    requireOtherNames(there, files.keySet());
    ReplacedVersion old = copyOf(whole ? there : List.of());
    boolean done = false;
    try {
      claim.requireHeld();
      old.putAside(claim.isExclusive() ? WriteMode.REPLACE : WriteMode.CREATE_ONLY);
      StoredFiles.ofRank(there, 2).forEach(file -> store.delete(file.location()));
      write(files, 1, modeBeside(there));
      replaceRecord(StoredFiles.ofRank(there, 0), files);
      removeOthers(there, files.keySet());
      claim.requireHeld();
      requireOnlyOwn();
      write(files, 2, WriteMode.CREATE_ONLY);
      requireOnlyOwn();
      done = true;
    } finally {
      if (!done) {
        Uninterrupted.run(() -> putBack(old));
      }
    }
    forget();
  }

  private ReplacedVersion copyOf(List<Artifact> there) {
    List<Artifact> files =
        there.stream().filter(file -> !ReplacementLeft.isKept(file.path())).toList();
    return new ReplacedVersion(store, directory, files, replacing.copy(store, directory, files));
  }

  /** A reader who has listed the old files must not find new ones in their places. */
  private void requireOtherNames(List<Artifact> there, Set<String> files) {
    for (Artifact file : there) {
      if (files.contains(file.path()) && OvmsFiles.isPartOfModel(file.path())) {
        throw new ConflictException(Problem.of("replace the version")
            .on(directory)
            .found("somebody else has published '" + file.path() + "' there meanwhile")
            .remedy("try again")
            .mayHelpToRetry());
      }
    }
  }

  /** What OVMS does not load as a model, such as its configurations, has the name that it must have. */
  private static Function<String, WriteMode> modeBeside(List<Artifact> there) {
    Set<String> names = new HashSet<>();
    there.forEach(file -> names.add(file.path()));
    return path -> names.contains(path) ? WriteMode.REPLACE : WriteMode.CREATE_ONLY;
  }

  private void write(Map<String, Path> files, int rank, WriteMode mode) {
    write(files, rank, path -> mode);
  }

  private void write(Map<String, Path> files, int rank, Function<String, WriteMode> mode) {
    files.forEach((path, file) -> {
      if (StoredFiles.rank(path) == rank) {
        attempted.add(path);
        written.add(
            TransferEngine.upload(store, file, directory.resolve(path), mode.apply(path), meter)
                .withPath(path));
      }
    });
  }

  /** On its very revision, where the store can: a publisher of the next number may take his back. */
  private void replaceRecord(List<Artifact> old, Map<String, Path> files) {
    Path record = files.get(Provenance.FILE);
    if (record == null) {
      return;
    }
    if (!old.isEmpty() && claim.isConditional()) {
      attempted.add(Provenance.FILE);
      written.add(store.replace(old.get(0), Content.of(record)).withPath(Provenance.FILE));
    } else {
      write(files, 0, old.isEmpty() ? WriteMode.CREATE_ONLY : WriteMode.REPLACE);
    }
  }

  private void removeOthers(List<Artifact> there, Set<String> files) {
    there.stream()
        .filter(file -> !files.contains(file.path()) && !ReplacementLeft.isKept(file.path()))
        .filter(file -> StoredFiles.rank(file.path()) != 2)
        .forEach(file -> store.delete(file.location()));
  }

  /** Somebody may have taken files for leftovers, or put others beside them. */
  private void requireOnlyOwn() {
    Set<String> expected = new HashSet<>();
    written.forEach(file -> expected.add(file.path() + " " + file.size()));
    Set<String> found = new HashSet<>();
    store.list(directory).stream()
        .filter(file -> !ReplacementLeft.isKept(file.path()))
        .forEach(file -> found.add(file.path() + " " + file.size()));
    if (!found.equals(expected)) {
      throw new TransferException(Problem.of("replace the version")
          .on(directory)
          .found("its files were changed by somebody else meanwhile")
          .remedy("try again")
          .mayHelpToRetry());
    }
  }

  /** The error that is on its way is the one to hear. */
  private void putBack(ReplacedVersion old) {
    try {
      if (isHeld()) {
        old.putBack(attempted);
      } else {
        withdraw();
      }
    } catch (OvmsConverterException e) {
      replacing
          .warnings()
          .accept(
              old.isServed()
                  ? "the old version in " + directory + " could not be put back and is not served: "
                      + e.problem().summary() + "; publish it again, or go back to another one"
                  : "could not remove what was written to " + directory + ": "
                      + e.problem().summary());
    }
  }

  private boolean isHeld() {
    try {
      claim.requireHeld();
      return true;
    } catch (ConflictException e) {
      return false;
    }
  }

  /** Somebody else is at work there now, who makes it whole. */
  private void withdraw() {
    attempted.stream()
        .filter(OvmsFiles::isPartOfModel)
        .sorted(Comparator.comparing(StoredFiles::rank).reversed())
        .forEach(path -> store.delete(directory.resolve(path)));
  }

  /** The new version is there: what is left of the old one is nobody's failure. */
  private void forget() {
    try {
      ReplacementLeft.deleteKept(store, store.list(directory));
    } catch (OvmsConverterException e) {
      replacing
          .warnings()
          .accept("could not remove what was put aside in " + directory + ": "
              + e.problem().summary());
    }
  }
}
