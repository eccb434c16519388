package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version as it lies in the store.
 *
 * @param number the number that OVMS sees
 * @param location its directory
 * @param files everything in it
 * @param record where it comes from; null if that cannot be told
 * @param complete whether OVMS can serve it
 */
public record StoredVersion(
    long number,
    Location location,
    List<Artifact> files,
    @Nullable Provenance record,
    boolean complete) {

  /** Whether it was published by this program, or is about to be. */
  boolean isOwn() {
    return files.stream().anyMatch(file -> file.path().equals(Provenance.FILE));
  }

  /** What its record tells of its files; nothing without a record. */
  List<PublishedFile> recorded() {
    Provenance known = record;
    return known == null ? List.of() : known.files();
  }

  /**
   * The files of the model.
   *
   * @return everything in it but the record, and what is left of a version that it replaced
   */
  public List<Artifact> modelFiles() {
    return files.stream()
        .filter(file -> !file.path().equals(Provenance.FILE))
        .filter(file -> !ReplacementLeft.isKept(file.path()))
        .toList();
  }

  /**
   * The version for callers.
   *
   * @return its description
   */
  public ModelVersion describe() {
    Provenance known = record;
    return new ModelVersion(
        number,
        location,
        complete ? ModelVersion.State.COMPLETE : ModelVersion.State.PARTIAL,
        files.size(),
        files.stream().mapToLong(Artifact::size).sum(),
        known == null ? null : known.date(),
        text(known, "source", "location"),
        text(known, "result", "sha256"),
        text(known, "detected", "format"),
        text(known, "engine", "name"),
        known == null || known.number("restoredFrom").isEmpty()
            ? null
            : Long.valueOf(known.number("restoredFrom").getAsLong()));
  }

  private static @Nullable String text(@Nullable Provenance record, String... path) {
    Optional<String> found = record == null ? Optional.empty() : record.text(path);
    return found.orElse(null);
  }
}
