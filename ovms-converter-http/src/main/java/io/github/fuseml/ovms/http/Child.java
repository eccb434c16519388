package io.github.fuseml.ovms.http;

import org.jspecify.annotations.Nullable;

/**
 * What a server says that there is directly in a directory.
 *
 * @param name its name, decoded; one segment
 * @param isDirectory whether it is a directory
 * @param size its size in bytes; -1 when the server did not tell it exactly
 * @param revision its revision; null when the server did not tell it
 */
record Child(
    String name, boolean isDirectory, long size, @Nullable String revision) {
  static Child directory(String name) {
    return new Child(name, true, -1, null);
  }

  static Child file(String name) {
    return new Child(name, false, -1, null);
  }
}
