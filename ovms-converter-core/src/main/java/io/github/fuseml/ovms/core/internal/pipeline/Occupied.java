package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.IncompleteCopyException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The places of a copy's files at which something was before.
 *
 * @param selection what is copied, and where to
 * @param files what was there, by the paths of the copies
 */
record Occupied(CopySelection selection, Map<String, Artifact> files) {
  /** Looks what is at the places. */
  static Occupied at(CopySelection selection, ArtifactStore output) {
    return new Occupied(selection, look(selection, output));
  }

  private static Map<String, Artifact> look(CopySelection selection, ArtifactStore output) {
    Map<String, Artifact> there = new TreeMap<>();
    if (selection.single()) {
      String path = selection.artifacts().get(0).path();
      output.find(selection.target()).ifPresent(file -> there.put(path, file));
      return there;
    }
    Map<String, Artifact> all = output.list(selection.target()).stream()
        .collect(Collectors.toMap(Artifact::path, file -> file, (one, other) -> one));
    for (Artifact artifact : selection.artifacts()) {
      Artifact file = all.get(artifact.path());
      if (file != null) {
        there.put(artifact.path(), file);
      }
    }
    return there;
  }

  /** The paths, sorted. */
  List<String> paths() {
    return List.copyOf(files.keySet());
  }

  /**
   * The error for a copy that failed: with what it has replaced, if it has.
   *
   * @param failure what it failed with
   * @param output where the copies are
   * @return that failure if everything is as it was, or nobody knows
   */
  OvmsConverterException told(OvmsConverterException failure, ArtifactStore output) {
    List<String> replaced = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    List<String> unchanged = new ArrayList<>();
    try {
      Map<String, Artifact> now = files.isEmpty() ? Map.of() : look(selection, output);
      files.forEach((path, before) -> {
        Artifact file = now.get(path);
        if (file == null) {
          lost.add(path);
        } else {
          boolean same =
              file.size() == before.size() && Objects.equals(file.revision(), before.revision());
          (same ? unchanged : replaced).add(path);
        }
      });
    } catch (OvmsConverterException e) {
      failure.addSuppressed(e);
      return failure;
    }
    return replaced.isEmpty() && lost.isEmpty()
        ? failure
        : new IncompleteCopyException(failure, replaced, lost, unchanged);
  }
}
