package io.github.fuseml.ovms.core.internal.publish;

import java.util.Collection;
import java.util.List;

/**
 * Which files OVMS looks for in a version's directory. It takes the first format whose files are all
 * there, by their suffixes and whatever their names (ovms, {@code src/modelinstance.cpp}). A version
 * without such a set is skipped and looked at again later.
 */
final class OvmsFiles {
  /** What makes a file set complete when it appears, so that it has to be written last. */
  private static final List<String> DESCRIPTIONS =
      List.of(".xml", ".onnx", ".pb", ".tflite", ".pdmodel");

  private OvmsFiles() {}

  /**
   * Whether a file is the one without which OVMS sees no model.
   *
   * @param path its path below the version's directory
   * @return true for a description
   */
  static boolean isDescription(String path) {
    return DESCRIPTIONS.stream().anyMatch(path::endsWith);
  }

  /**
   * Whether a file is one of those that OVMS loads as a model, by whatever name.
   *
   * @param path its path below the version's directory
   * @return true for a description and for weights
   */
  static boolean isPartOfModel(String path) {
    return isDescription(path) || path.endsWith(".bin") || path.endsWith(".pdiparams");
  }

  /**
   * Whether OVMS finds a model among files.
   *
   * @param paths all paths below the version's directory
   * @return true if a file set is whole
   */
  static boolean isComplete(Collection<String> paths) {
    return (has(paths, ".xml") && has(paths, ".bin"))
        || has(paths, ".onnx")
        || has(paths, ".pb")
        || has(paths, ".tflite")
        || (has(paths, ".pdmodel") && has(paths, ".pdiparams"));
  }

  private static boolean has(Collection<String> paths, String suffix) {
    return paths.stream().anyMatch(path -> path.indexOf('/') < 0 && path.endsWith(suffix));
  }
}
