package io.github.fuseml.ovms.api;

import java.util.List;

/**
 * What was copied.
 *
 * @param files the files, sorted by path
 * @param bytes how many bytes they hold
 * @param nanos how long it took, in nanoseconds
 */
public record CopyResult(List<StoredArtifact> files, long bytes, long nanos) {
  /**
   * Keeps a copy of the list.
   *
   * @param files the files, sorted by path
   * @param bytes how many bytes they hold
   * @param nanos how long it took, in nanoseconds
   */
  public CopyResult {
    files = List.copyOf(files);
  }
}
