package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;

/**
 * What a path below a directory may look like. Names in object stores are hostile: one may be {@code
 * ../../etc/passwd}. So every store refuses what is not safe when it lists, and nothing that comes
 * out of a listing leads out of the directory that it is put into.
 */
public final class ArtifactPaths {
  private ArtifactPaths() {}

  /**
   * Whether a path is safe: no empty segment, none that is {@code .} or {@code ..}, no backslash, no
   * NUL. {@code file..txt} is an ordinary name.
   *
   * @param path a path with {@code /} between its segments
   * @return true if it is safe
   */
  public static boolean isSafe(String path) {
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty()
          || segment.equals(".")
          || segment.equals("..")
          || segment.indexOf('\\') >= 0
          || segment.indexOf('\0') >= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses a path that is not safe.
   *
   * @param path a path below a directory that is being listed
   * @param directory the directory
   * @return the path
   * @throws TransferException if it is not safe
   */
  public static String requireSafe(String path, Location directory) {
    if (!isSafe(path)) {
      throw new TransferException(Problem.of("list")
          .on(directory)
          .found("the name '" + path.replace('\0', '\uFFFD') + "' is no safe path")
          .remedy("rename it, or give a directory that does not hold it"));
    }
    return path;
  }
}
