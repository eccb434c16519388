package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoredArtifact;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version of a file in a store.
 *
 * @param location where it is
 * @param path its path relative to the directory that was listed, separated by {@code /}; its name
 *     when it was found by itself
 * @param size its size in bytes
 * @param revision what changes when its content does: an etag, a generation, a time of change; null
 *     when the store has nothing of the kind
 */
public record Artifact(
    Location location, String path, long size, @Nullable String revision) {
  /**
   * Refuses missing parts and a negative size.
   *
   * @param location where it is
   * @param path its path relative to the directory that was listed, separated by {@code /}; its
   *     name when it was found by itself
   * @param size its size in bytes
   * @param revision what changes when its content does: an etag, a generation, a time of change;
   *     null when the store has nothing of the kind
   */
  public Artifact {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(path, "path");
    if (size < 0) {
      throw new IllegalArgumentException("negative size of " + location);
    }
  }

  /**
   * The artifact for callers.
   *
   * @param sha256 the SHA-256 of its content in lower-case hexadecimal, null if it is not known
   * @return its description
   */
  public StoredArtifact stored(@Nullable String sha256) {
    return new StoredArtifact(location, path, size, revision, sha256);
  }

  /**
   * The same artifact under another path.
   *
   * @param other the path relative to another directory
   * @return the artifact
   */
  public Artifact withPath(String other) {
    return new Artifact(location, other, size, revision);
  }
}
