package io.github.fuseml.ovms.api;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model where OVMS serves it. What only its record of provenance tells is null where
 * there is none: a version of another tool's, or one that is not complete.
 *
 * @param number the number that OVMS sees
 * @param location its directory
 * @param state whether OVMS can serve it
 * @param files how many files it has
 * @param bytes how many bytes they hold
 * @param published when it was published
 * @param source what it was converted from, without credentials and query
 * @param digest the SHA-256 over its files, in lower-case hexadecimal
 * @param format the source's format
 * @param engine the engine and its version, for people
 * @param restoredFrom the older version that it is a copy of; null if it was converted
 */
public record ModelVersion(
    long number,
    Location location,
    State state,
    int files,
    long bytes,
    @Nullable Instant published,
    @Nullable String source,
    @Nullable String digest,
    @Nullable String format,
    @Nullable String engine,
    @Nullable Long restoredFrom) {

  /** Whether OVMS can serve a version. */
  public enum State {
    /** It has all of its files. */
    COMPLETE,
    /** Files are missing: somebody writes it now, or was killed while he did. */
    PARTIAL;

    /**
     * The state's name.
     *
     * @return the name in lower case
     */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
