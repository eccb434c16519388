package io.github.fuseml.ovms.core.internal.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files that are shipped inside the jar. */
final class Resources {
  private Resources() {}

  static byte[] read(String name) {
    try (InputStream in = Resources.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks its resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
