package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.SubTree;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.onnx.OnnxDetector;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The flavors that hold nothing OpenVINO reads, and for each the function that leads out. */
final class OtherFlavors {
  private static final String LOG = " and log it with mlflow.onnx.log_model";

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
    EXPORTS.put("python_function", "export the model that it wraps to ONNX" + LOG);
  }

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
        onnxArtifact(model)
            .map(path -> "convert its artifact " + path + " by itself, it is ONNX; or " + remedy)
            .orElse(remedy));
  }

  /**
   * A Python model may wrap an ONNX file. It is not converted in its place, for what Python does
   * before and after it would be lost without a word.
   */
  private static Optional<String> onnxArtifact(MlflowModel model) {
    Object artifacts = model.value("python_function", "artifacts").orElse(Map.of());
    if (artifacts instanceof Map<?, ?> entries) {
      for (Object entry : entries.values()) {
        if (entry instanceof Map<?, ?> artifact && artifact.get("path") instanceof String path) {
          Optional<Artifact> file = find(model, path);
          if (file.isPresent()
              && ModelPaths.suffix(path).equals("onnx")
              && !new OnnxDetector()
                  .detect(SubTree.ofFile(model.tree(), file.get()))
                  .models()
                  .isEmpty()) {
            return Optional.of(file.get().path());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Artifact> find(MlflowModel model, String path) {
    try {
      return model.tree().find(ModelPaths.join(model.directory(), ModelPaths.inside(path)));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }
}
