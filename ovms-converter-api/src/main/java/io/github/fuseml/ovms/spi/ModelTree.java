package io.github.fuseml.ovms.spi;

import java.util.List;
import java.util.Optional;

/**
 * The files of a source as a detector sees them: names and sizes, and a few KiB of content read in
 * place. Nothing is downloaded for it.
 *
 * <p>For a source that is a single file, {@link #files()} has that file alone; what lies beside it
 * is reached by {@link #find}. Everything fails as {@link ArtifactStore} does. Not thread-safe.
 */
public interface ModelTree {
  /**
   * The name of the source: its last segment.
   *
   * @return a name for people and for the published files; empty for a root
   */
  String name();

  /**
   * Whether the source is a single file and not a directory.
   *
   * @return true for a file
   */
  boolean isSingleFile();

  /**
   * The files, without what an earlier run published below the source.
   *
   * @return the files sorted by path
   */
  List<Artifact> files();

  /**
   * Looks for a file by its path, also beside a single file.
   *
   * @param path relative to the tree
   * @return the file; empty when there is none, or when the path leaves the tree
   */
  Optional<Artifact> find(String path);

  /**
   * Reads a part of a file. Parts near to each other are read from the store once.
   *
   * @param file a file of this tree
   * @param offset the first byte
   * @param length how many bytes, at most 16 MiB
   * @return the bytes, fewer at the file's end, none beyond it
   */
  byte[] read(Artifact file, long offset, int length);

  /**
   * The first bytes of a file.
   *
   * @param file a file of this tree
   * @return up to 4 KiB
   */
  default byte[] head(Artifact file) {
    return read(file, 0, 4096);
  }
}
