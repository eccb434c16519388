package io.github.fuseml.ovms.api;

import org.jspecify.annotations.Nullable;

/**
 * A file in a store, as callers see it.
 *
 * @param location where it is
 * @param path its path relative to what was listed or copied; its name when that was a file
 * @param size its size in bytes
 * @param revision what changes when its content does; null when the store has nothing of the kind
 * @param sha256 the SHA-256 of its content in lower-case hexadecimal; null where it was not computed,
 *     because the file was not read, or its parts came in no order
 */
public record StoredArtifact(
    Location location,
    String path,
    long size,
    @Nullable String revision,
    @Nullable String sha256) {}
