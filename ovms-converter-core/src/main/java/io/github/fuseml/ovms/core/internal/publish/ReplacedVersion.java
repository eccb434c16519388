package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.WriteMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What there was before a version is replaced, with a copy of it on this machine, so that all of it can
 * be put back up to the last step.
 */
final class ReplacedVersion {
  private final ArtifactStore store;
  private final Location directory;
  private final List<Artifact> files;
  private final Path copies;

  /**
   * What there was.
   *
   * @param store the store
   * @param directory the version's directory
   * @param files what is in it; nothing if none of it is worth to be kept
   * @param copies where each of the files is by its path
   */
  ReplacedVersion(ArtifactStore store, Location directory, List<Artifact> files, Path copies) {
    this.store = store;
    this.directory = directory;
    this.files = files;
    this.copies = copies;
  }

  List<Artifact> ofRank(int rank) {
    return StoredFiles.ofRank(files, rank);
  }

  boolean isServed() {
    return !ofRank(2).isEmpty();
  }

  private Path copyOf(Artifact file) {
    return copies.resolve(file.path());
  }

  private Location keptAt(Artifact file) {
    return directory.resolve(file.path() + ReplacementLeft.KEPT);
  }

  /** Puts the descriptions aside, for those who come after this process was killed. */
  void putAside(WriteMode mode) {
    for (Artifact file : ofRank(2)) {
      StoredFiles.upload(store, copyOf(file), keptAt(file), mode);
    }
  }

  /** Removes what was put aside. */
  void forget() {
    ofRank(2).forEach(file -> store.delete(keptAt(file)));
  }

  /**
   * Takes away what was written in the meantime, the descriptions first, and puts back what is missing
   * or was replaced, the descriptions last.
   *
   * @param attempted the paths of what was written, perhaps
   */
  void putBack(Set<String> attempted) {
    Set<String> own = files.stream().map(Artifact::path).collect(Collectors.toSet());
    for (int rank : new int[] {2, 1, 0}) {
      attempted.stream()
          .filter(path -> StoredFiles.rank(path) == rank && !own.contains(path))
          .forEach(path -> store.delete(directory.resolve(path)));
    }
    for (int rank : new int[] {1, 0, 2}) {
      ofRank(rank).forEach(file -> putBack(file, attempted.contains(file.path())));
    }
    forget();
  }

  private void putBack(Artifact file, boolean replaced) {
    if (replaced) {
      StoredFiles.upload(store, copyOf(file), file.location(), WriteMode.REPLACE);
    } else if (store.find(file.location()).isEmpty()) {
      StoredFiles.upload(store, copyOf(file), file.location(), WriteMode.CREATE_ONLY);
    }
  }
}
