package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Location;
import java.util.List;
import java.util.Objects;

/**
 * A converted model that is there for OVMS now.
 *
 * @param output the directory of the model's versions, what OVMS takes as {@code base_path}
 * @param version the number that was published
 * @param versionLocation the directory of that version
 * @param files the files in it, with their digests
 */
public record Publication(
    Location output, long version, Location versionLocation, List<PublishedFile> files) {
  /**
   * Keeps a copy of the list.
   *
   * @param output the directory of the model's versions, what OVMS takes as {@code base_path}
   * @param version the number that was published
   * @param versionLocation the directory of that version
   * @param files the files in it, with their digests
   */
  public Publication {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(versionLocation, "versionLocation");
    files = List.copyOf(files);
  }
}
