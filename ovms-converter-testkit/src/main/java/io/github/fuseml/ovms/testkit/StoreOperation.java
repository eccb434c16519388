package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Location;

/**
 * A call of a method of an {@link InMemoryStore}.
 *
 * @param kind which method
 * @param location what it was called for
 * @param offset the first byte of a read, else 0
 * @param length how many bytes a read asked for, as it was given; else 0
 */
public record StoreOperation(Kind kind, Location location, long offset, long length) {
  /** A method of a store. */
  public enum Kind {
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#find}. */
    FIND,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#list}. */
    LIST,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#exists}. */
    EXISTS,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#listDirectories}. */
    LIST_DIRECTORIES,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#read}. */
    READ,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#write}. */
    WRITE,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#replace}. */
    REPLACE,
    /** {@link io.github.fuseml.ovms.spi.ArtifactStore#delete}. */
    DELETE
  }

  /**
   * The operation for people.
   *
   * @return for example {@code READ memory://models/a.onnx 0+4096}
   */
  @Override
  public String toString() {
    String range = kind == Kind.READ ? " " + offset + "+" + length : "";
    return kind + " " + location + range;
  }
}
