package io.github.fuseml.ovms.api;

import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import java.util.List;

/**
 * An older version that was published as the newest.
 *
 * @param output the directory that holds the model's versions
 * @param from the version whose files were taken
 * @param version the number that was published
 * @param versionLocation the directory of that version
 * @param files the files in that version
 * @param warnings what may not be what the user wants
 */
public record RollbackResult(
    Location output,
    long from,
    long version,
    Location versionLocation,
    List<PublishedFile> files,
    List<String> warnings) {

  /**
   * Keeps copies of the lists.
   *
   * @param output the directory that holds the model's versions
   * @param from the version whose files were taken
   * @param version the number that was published
   * @param versionLocation the directory of that version
   * @param files the files in that version
   * @param warnings what may not be what the user wants
   */
  public RollbackResult {
    files = List.copyOf(files);
    warnings = List.copyOf(warnings);
  }
}
