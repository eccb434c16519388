package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the replacement of a version works with.
 *
 * @param work an empty directory of this machine
 * @param fetch brings the old version's files there, so that they can be put back
 * @param notes hears what is waited for
 * @param warnings hears what could not be put back
 */
public record Replacing(Path work, Fetch fetch, Consumer<String> notes, Consumer<String> warnings) {
  /** Brings files to this machine. */
  @FunctionalInterface
  public interface Fetch {
    /**
     * Brings files to this machine.
     *
     * @param store where they are
     * @param source the directory that they are in
     * @param files the files, in the very versions that were listed
     * @param target a directory that is not there yet, in which each gets its path
     */
    void fetch(ArtifactStore store, Location source, List<Artifact> files, Path target);
  }

  /** Where the copies of files are, each by its path. */
  Path copy(ArtifactStore store, Location source, List<Artifact> files) {
    Path target = work.resolve("old");
    if (!files.isEmpty()) {
      fetch.fetch(store, source, files, target);
    }
    return target;
  }
}
