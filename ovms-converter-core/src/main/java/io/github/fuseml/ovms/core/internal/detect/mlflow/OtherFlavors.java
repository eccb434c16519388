package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.SubTree;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.keras.KerasDetector;
import io.github.fuseml.ovms.core.internal.detect.onnx.OnnxDetector;
import io.github.fuseml.ovms.core.internal.detect.openvino.IrDetector;
import io.github.fuseml.ovms.core.internal.detect.paddle.PaddleDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.FrozenGraphDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.TfliteDetector;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The flavors that hold nothing OpenVINO reads, and for each the function that leads out. */
final class OtherFlavors {
  private static final String LOG = " and log it with mlflow.onnx.log_model";

  private static final String SERVE =
      "serve it by MLflow itself (mlflow models serve), or train a model that exports to ONNX"
          + LOG;

  /** Its tensor operators can be converted; those of skl2onnx and onnxmltools cannot. */
  private static final String HUMMINGBIRD =
      "export it with hummingbird.ml.convert(model, \"onnx\", X).model" + LOG;

  /** In the order in which a model with several of them is best exported. */
  private static final Map<String, String> EXPORTS = new LinkedHashMap<>();

  static {
    EXPORTS.put("pytorch", "export it with torch.onnx.export(model, inputs, \"model.onnx\")" + LOG);
    EXPORTS.put(
        "sentence_transformers",
        "export it with optimum-cli export onnx --model DIR OUT --task feature-extraction");
    EXPORTS.put("transformers", "export it with optimum-cli export onnx --model DIR OUT");
    EXPORTS.put("xgboost", HUMMINGBIRD);
    EXPORTS.put("lightgbm", HUMMINGBIRD);
    EXPORTS.put(
        "catboost", "save it with format=\"onnx\", convert that with hummingbird.ml.convert" + LOG);
    EXPORTS.put("sklearn", HUMMINGBIRD);
    EXPORTS.put("spark", HUMMINGBIRD);
    EXPORTS.put("h2o", "train it again with a library that exports to ONNX" + LOG);
    EXPORTS.put("fastai", "export its torch module, learn.model, with torch.onnx.export" + LOG);
    for (String classic : List.of("statsmodels", "prophet", "pmdarima", "diviner", "spacy")) {
      EXPORTS.put(classic, SERVE);
    }
    for (String caller :
        List.of("langchain", "llama_index", "openai", "dspy", "promptflow", "crate")) {
      EXPORTS.put(caller, "nothing in it is a network to convert; " + SERVE);
    }
    EXPORTS.put("python_function", "export the model that it wraps to ONNX" + LOG);
  }

  private static final int MOST_ARTIFACTS = 50;

  /** What a Python model may wrap, the best first. */
  private static final List<FormatDetector> WRAPPED = List.of(
      new OnnxDetector(),
      new SavedModelDetector(),
      new IrDetector(),
      new TfliteDetector(),
      new PaddleDetector(),
      new FrozenGraphDetector(),
      new KerasDetector());

  private OtherFlavors() {}

  static Verdict refuse(MlflowModel model) {
    String remedy = EXPORTS.entrySet().stream()
        .filter(export -> model.hasFlavor(export.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("export the model to ONNX" + LOG);
    return model.refuse(
        "an MLflow model with the flavors " + String.join(", ", model.flavors()),
        "none of them holds a format that OpenVINO reads",
        artifact(model)
            .map(found -> "convert its artifact " + found.path() + " by itself (--artifact "
                + found.path() + "), it is " + found.format() + "; or " + remedy)
            .orElse(remedy));
  }

  /**
   * A Python model may wrap a model that can be converted. It is not converted in its place, for what
   * Python does before and after it would be lost without a word.
   */
  private static Optional<DetectedModel> artifact(MlflowModel model) {
    return model.value("python_function", "artifacts").stream()
        .flatMap(artifacts ->
            artifacts instanceof Map<?, ?> entries ? entries.values().stream() : Stream.empty())
        .limit(MOST_ARTIFACTS)
        .flatMap(entry ->
            entry instanceof Map<?, ?> artifact && artifact.get("path") instanceof String path
                ? find(model, path).stream()
                : Stream.empty())
        .findFirst();
  }

  /** What can be converted at an artifact's path, with its path in the whole tree. */
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
    return WRAPPED.stream()
        .flatMap(detector -> detector.detect(view).models().stream())
        .map(found -> view.rebase(found, List.of()).build())
        .findFirst();
  }
}
