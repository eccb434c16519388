package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * The files that a conversion reads. Models are published beside them, sometimes in the very directory
 * that they lie in: what removes or replaces there has to leave them alone.
 */
public final class SourceFiles {
  private final List<Location> files;

  private SourceFiles(List<Location> files) {
    this.files = files;
  }

  /**
   * The files of a source.
   *
   * @param files where they lie
   * @return these files
   */
  public static SourceFiles of(Collection<Location> files) {
    return new SourceFiles(files.stream().map(SourceFiles::real).distinct().toList());
  }

  /**
   * Whether one of them lies somewhere below.
   *
   * @param directory a directory
   * @return true if whoever removes the directory removes a part of the source
   */
  public boolean areIn(Location directory) {
    Location place = real(directory);
    return files.stream().anyMatch(file -> place.relativize(file) != null);
  }

  /** Links lead to one place by many names. */
  private static Location real(Location location) {
    if (!location.isLocal()) {
      return location;
    }
    Path path = location.toPath();
    try {
      return Location.of(path.toRealPath());
    } catch (IOException e) {
      return Location.of(path.toAbsolutePath().normalize()); // Nothing is there.
    }
  }
}
