package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an earlier run published below the source. Workflows put the output into the model's own
 * directory; a second run must not take it for input.
 */
public final class EarlierOutput {
  private EarlierOutput() {}

  /**
   * The source's own files.
   *
   * @param files all files below the source
   * @param source the source
   * @param output where converted models go
   * @return the files without those below the output; where both are the same directory, without the
   *     version directories that hold a record of provenance, or an IR and nothing else; and without
   *     version directories with such a record anywhere else, unless there is nothing but these
   */
  public static List<Artifact> without(List<Artifact> files, Location source, Location output) {
    List<Artifact> own = withoutOutput(files, source, output);
    Set<String> recorded = recordedVersions(own);
    List<Artifact> unrecorded = own.stream()
        .filter(file -> recorded.stream().noneMatch(version -> file.path().startsWith(version)))
        .toList();
    // Where there is nothing else, what was published is what is meant.
    return unrecorded.isEmpty() ? own : unrecorded;
  }

  /** Version directories anywhere else below the source that hold a record of provenance. */
  private static Set<String> recordedVersions(List<Artifact> files) {
    Set<String> versions = new HashSet<>();
    for (Artifact file : files) {
      String path = file.path();
      if (path.endsWith("/" + Provenance.FILE)) {
        String directory = path.substring(0, path.length() - Provenance.FILE.length() - 1);
        if (VersionNumbers.isVersion(directory.substring(directory.lastIndexOf('/') + 1))) {
          versions.add(directory + "/");
        }
      }
    }
    return versions;
  }

  /**
   * The same, with version directories that lie elsewhere: one of them may have been chosen.
   *
   * @param listed all files below the source
   * @param source the source
   * @param output where converted models go
   * @return the files without those of the output
   */
  public static List<Artifact> withoutOutput(
      List<Artifact> listed, Location source, Location output) {
    List<Artifact> files = withoutClaims(listed);
    String below = source.relativize(output);
    if (below == null) {
      return files;
    }
    if (!below.isEmpty()) {
      return files.stream().filter(file -> !file.path().startsWith(below + "/")).toList();
    }
    Set<String> versions = publishedVersions(files);
    return files.stream()
        .filter(file -> !versions.contains(topDirectory(file.path())))
        .filter(file -> !file.path().startsWith(DurableFiles.TEMPORARY_PREFIX))
        .toList();
  }

  /**
   * Files without the claims of publishers, which come and go.
   *
   * @param files files of any directory
   * @return the others, in the same order
   */
  public static List<Artifact> withoutClaims(List<Artifact> files) {
    return files.stream().filter(file -> !VersionClaim.isClaim(file.path())).toList();
  }

  private static Set<String> publishedVersions(List<Artifact> files) {
    Map<String, Set<String>> byDirectory = new HashMap<>();
    for (Artifact file : files) {
      String directory = topDirectory(file.path());
      byDirectory
          .computeIfAbsent(directory, key -> new HashSet<>())
          .add(file.path().substring(directory.length()));
    }
    byDirectory
        .entrySet()
        .removeIf(entry -> !entry.getKey().startsWith(DurableFiles.TEMPORARY_PREFIX)
            && !(VersionNumbers.isVersion(entry.getKey()) && isPublished(entry.getValue())));
    return byDirectory.keySet();
  }

  private static boolean isPublished(Set<String> names) {
    return names.contains("/" + Provenance.FILE) || isIr(names);
  }

  /**
   * Whether a version was published, and is not a model that somebody put there to be converted.
   *
   * @param version a version
   * @return true if it holds a record of provenance, or an IR and nothing else
   */
  static boolean isPublished(StoredVersion version) {
    return isPublished(
        version.files().stream().map(file -> "/" + file.path()).collect(Collectors.toSet()));
  }

  /** A description and its weights, by their names, and no other file: without a record, as once. */
  private static boolean isIr(Set<String> names) {
    return names.size() == 2
        && names.stream()
            .filter(name -> name.endsWith(".xml"))
            .anyMatch(xml -> names.contains(xml.substring(0, xml.length() - 4) + ".bin"));
  }

  private static String topDirectory(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
