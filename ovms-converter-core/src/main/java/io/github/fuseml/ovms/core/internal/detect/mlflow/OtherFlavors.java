package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Wrapped.advice(model).map(advice -> advice + "; or " + remedy).orElse(remedy));
  }
}
