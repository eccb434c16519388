package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Presents a model to OpenVINO in the one form in which it reads it. Most models are read where they
 * are; for the others a directory of symbolic links is made, so that no weights are copied.
 *
 * <p>OpenVINO tells most formats by their content, but TensorFlow Lite and Paddle by the file's suffix;
 * of a SavedModel without {@code serving_default} it merges all signatures, and it chooses among the
 * graphs of one by itself.
 */
final class EngineInput {
  /** The attribute under which the detector names the signature to convert. */
  static final String SIGNATURE = "tensorflow.signature";

  /** The attribute under which the detector names the tags of its graph, separated by {@code ", "}. */
  static final String TAGS = "tensorflow.tags";

  private static final String DEFAULT_SIGNATURE = "serving_default";
  private static final String DESCRIPTION = "saved_model.pb";

  private EngineInput() {}

  /**
   * The path to give to OpenVINO.
   *
   * @throws io.github.fuseml.ovms.api.OvmsConverterException if the links cannot be made
   */
  static Path of(SourceModel source) {
    try {
      ModelFormat format = source.model().format();
      if (format.equals(ModelFormat.TENSORFLOW_SAVED_MODEL) && needsSelection(source.model())) {
        return withOneSignature(source);
      }
      if (format.equals(ModelFormat.TENSORFLOW_LITE)) {
        return withSuffixes(source, Map.of(".tflite", source.path()));
      }
      if (format.equals(ModelFormat.PADDLE)) {
        return withSuffixes(
            source, Map.of(".pdmodel", source.path(), ".pdiparams", parameters(source)));
      }
      return source.path();
    } catch (IOException e) {
      throw IoErrors.translate(e, "prepare for the engine", source.path());
    }
  }

  private static boolean needsSelection(DetectedModel model) {
    String chosen = model.attributes().getOrDefault(SIGNATURE, DEFAULT_SIGNATURE);
    boolean several = model.signatures().size() > 1;
    long graphs =
        model.signatures().stream().map(ModelSignature::tags).distinct().count();
    return several && (graphs > 1 || !chosen.equals(DEFAULT_SIGNATURE));
  }

  private static Path withOneSignature(SourceModel source) throws IOException {
    Path view = Files.createDirectories(source.workDirectory().resolve("saved_model"));
    try (Stream<Path> children = Files.list(source.path())) {
      for (Path child : children.toList()) {
        if (!child.getFileName().toString().equals(DESCRIPTION)) {
          Files.createSymbolicLink(view.resolve(child.getFileName()), child.toAbsolutePath());
        }
      }
    }
    SavedModelSignatures.keepOnly(
        source.model().attributes().getOrDefault(SIGNATURE, DEFAULT_SIGNATURE),
        tagsOf(source.model()),
        source.path().resolve(DESCRIPTION),
        view.resolve(DESCRIPTION));
    return view;
  }

  /** The exact tags of the graph that was chosen. */
  private static List<String> tagsOf(DetectedModel model) {
    String chosen = model.attributes().getOrDefault(TAGS, "");
    return model.signatures().stream()
        .map(ModelSignature::tags)
        .filter(tags -> String.join(", ", tags).equals(chosen))
        .findFirst()
        .orElse(List.of());
  }

  private static Path parameters(SourceModel source) {
    String name = String.valueOf(source.path().getFileName());
    return source.model().files().stream()
        .map(file -> file.substring(file.lastIndexOf('/') + 1))
        .filter(file -> !file.equals(name))
        .findFirst()
        .map(file -> source.path().resolveSibling(file))
        .orElse(source.path());
  }

  /** The model itself when its files have the right suffixes, else links that have them. */
  private static Path withSuffixes(SourceModel source, Map<String, Path> files) throws IOException {
    boolean right = files.entrySet().stream()
        .allMatch(file -> String.valueOf(file.getValue().getFileName()).endsWith(file.getKey()));
    if (right) {
      return source.path();
    }
    Path view = Files.createDirectories(source.workDirectory().resolve("renamed"));
    Path main = source.path();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path link = view.resolve("model" + file.getKey());
      Files.createSymbolicLink(link, file.getValue().toAbsolutePath());
      if (file.getValue().equals(source.path())) {
        main = link;
      }
    }
    return main;
  }
}
