package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.WriteMode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a publisher leaves who is killed while he replaces a version where files are written one by one:
 * the old description under a name that OVMS passes over, and some of the old and of the new files.
 */
final class ReplacementLeft {
  /** What is behind a description's name while its version is being replaced. */
  static final String KEPT = ".replaced";

  private ReplacementLeft() {}

  /**
   * Whether a file is a description that was put aside.
   *
   * @param path its path below the version's directory
   */
  static boolean isKept(String path) {
    return path.endsWith(KEPT)
        && OvmsFiles.isDescription(path.substring(0, path.length() - KEPT.length()));
  }

  /**
   * Whether a version is being replaced, or was when its publisher was killed.
   *
   * @param files what is in its directory
   */
  static boolean isIn(List<Artifact> files) {
    return files.stream().anyMatch(file -> isKept(file.path()));
  }

  /**
   * Makes a version whole again that was being replaced: the old one as long as all of it is there, the
   * new one if that was complete. Nobody else may be at work on it.
   *
   * @param store the store
   * @param version what is there, with its record
   * @param work gives a directory of this machine
   * @return false if it was not being replaced, or too little is there
   */
  static boolean mend(ArtifactStore store, StoredVersion version, Supplier<Path> work) {
    Map<String, Artifact> present = new LinkedHashMap<>();
    version.files().forEach(file -> present.put(file.path(), file));
    if (!isIn(version.files())) {
      return false;
    }
    if (version.complete()) {
      deleteKept(store, version.files());
      return true;
    }
    Map<String, Artifact> kept = kept(version, present);
    if (kept.isEmpty()) {
      return false;
    }
    Set<String> own = new HashSet<>(kept.keySet());
    own.add(Provenance.FILE);
    version.recorded().forEach(file -> own.add(file.path()));
    present.forEach((path, file) -> {
      if (!own.contains(path) && !isKept(path)) {
        store.delete(file.location()); // New weights without a description.
      }
    });
    kept.forEach((path, copy) -> {
      Path local = work.get().resolve("put-back");
      StoredFiles.fetch(store, copy, local);
      StoredFiles.upload(store, local, version.location().resolve(path), WriteMode.CREATE_ONLY);
    });
    deleteKept(store, version.files());
    return true;
  }

  /** Removes the descriptions that were put aside. */
  static void deleteKept(ArtifactStore store, List<Artifact> files) {
    files.stream()
        .filter(file -> isKept(file.path()))
        .forEach(file -> store.delete(file.location()));
  }

  /** The descriptions that are put aside, by their names; none unless they are all that is missing. */
  private static Map<String, Artifact> kept(StoredVersion version, Map<String, Artifact> present) {
    Map<String, Artifact> kept = new LinkedHashMap<>();
    for (var file : version.recorded()) {
      Artifact there = present.get(file.path());
      Artifact copy = present.get(file.path() + KEPT);
      if (there == null && copy != null && copy.size() == file.size()) {
        kept.put(file.path(), copy);
      } else if (there == null || there.size() != file.size()) {
        return Map.of();
      }
    }
    return kept;
  }
}
