package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.SubTree;
import io.github.fuseml.ovms.core.internal.detect.keras.KerasDetector;
import io.github.fuseml.ovms.core.internal.detect.onnx.OnnxDetector;
import io.github.fuseml.ovms.core.internal.detect.openvino.IrDetector;
import io.github.fuseml.ovms.core.internal.detect.paddle.PaddleDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.FrozenGraphDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.TfliteDetector;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What can be converted inside a model whose flavors cannot: artifacts of a Python model, data that a
 * module of the user's loads, files that were laid beside it. It is not converted in the model's place,
 * for what Python does before and after it would be lost without a word; but it is told.
 */
final class Wrapped {
  private static final String PYTHON = "python_function";
  private static final int MOST_PLACES = 50;
  private static final int MOST_TOLD = 3;

  /** What a Python model may wrap, the best first. */
  private static final List<FormatDetector> FORMATS = List.of(
      new OnnxDetector(),
      new SavedModelDetector(),
      new IrDetector(),
      new TfliteDetector(),
      new PaddleDetector(),
      new FrozenGraphDetector(),
      new KerasDetector());

  private Wrapped() {}

  /** How to convert what is there instead of the model, as the begin of a remedy. */
  static Optional<String> advice(MlflowModel model) {
    List<DetectedModel> found = new ArrayList<>();
    Stream.concat(declared(model), lying(model))
        .distinct()
        .limit(MOST_PLACES)
        .forEach(place -> find(model, place).ifPresent(each -> {
          if (found.stream().noneMatch(known -> known.path().equals(each.path()))) {
            found.add(each);
          }
        }));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    DetectedModel first = found.get(0);
    StringBuilder text = new StringBuilder("convert its artifact ")
        .append(first.path())
        .append(" by itself (")
        .append(option(first))
        .append("), it is ")
        .append(first.format());
    found.stream()
        .skip(1)
        .limit(MOST_TOLD - 1)
        .forEach(other -> text.append(", or ")
            .append(other.format())
            .append(" (")
            .append(option(other))
            .append(")"));
    if (found.size() > MOST_TOLD) {
      text.append(", or one of ").append(found.size() - MOST_TOLD).append(" more");
    }
    return Optional.of(text.toString());
  }

  private static String option(DetectedModel found) {
    return "--artifact " + Shown.argument(found.path());
  }

  /** The paths that the description gives. */
  private static Stream<String> declared(MlflowModel model) {
    Stream<String> artifacts = model.value(PYTHON, "artifacts").stream()
        .flatMap(all -> all instanceof Map<?, ?> entries ? entries.values().stream() : Stream.of())
        .flatMap(entry ->
            entry instanceof Map<?, ?> artifact && artifact.get("path") instanceof String path
                ? Stream.of(path)
                : Stream.of());
    return Stream.concat(artifacts, model.text(PYTHON, "data").stream());
  }

  /** What nobody declares, and whose name alone says that it is worth a look. */
  private static Stream<String> lying(MlflowModel model) {
    String directory = model.directory();
    int skipped = directory.isEmpty() ? 0 : directory.length() + 1;
    List<String> paths = model.tree().files().stream()
        .map(Artifact::path)
        .filter(path -> directory.isEmpty() || path.startsWith(directory + "/"))
        .map(path -> path.substring(skipped))
        .toList();
    return Stream.concat(
        paths.stream().filter(path -> path.endsWith(".onnx")),
        paths.stream()
            .filter(path -> ModelPaths.name(path).equals("saved_model.pb"))
            .map(ModelPaths::parent));
  }

  /** What can be converted at a path, with its path in the whole tree. */
  private static Optional<DetectedModel> find(MlflowModel model, String path) {
    String full;
    try {
      full = ModelPaths.join(model.directory(), ModelPaths.inside(path));
    } catch (MalformedException e) {
      return Optional.empty();
    }
    SubTree view = model
        .tree()
        .find(full)
        .map(file -> SubTree.ofFile(model.tree(), file))
        .orElseGet(() -> SubTree.ofDirectory(model.tree(), full));
    return FORMATS.stream()
        .flatMap(detector -> detector.detect(view).models().stream())
        .map(found -> view.rebase(found, List.of()).build())
        .findFirst();
  }
}
