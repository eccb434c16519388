package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code tensorflow}: a SavedModel under {@code saved_model_dir}, or since MLflow 2 a Keras model under
 * {@code data}.
 */
final class TensorFlowFlavor implements Flavor {
  private static final String ID = "tensorflow";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Verdict examine(MlflowModel model) {
    Optional<String> directory = model.text(ID, "saved_model_dir");
    if (directory.isPresent()) {
      // TensorFlow 1's estimators and their users gave signatures names of their own.
      String key = model.text(ID, "signature_def_key").orElse("");
      return new FlavorData(model, ID)
          .withSignature(key)
          .confirm(directory.get(), new SavedModelDetector(key, tags(model)));
    }
    String data = model.text(ID, "data").orElse("");
    FlavorData found = new FlavorData(model, ID);
    return !data.isEmpty() && found.isThere(ModelPaths.join(data, "saved_model.pb"))
        ? found.confirm(data, new SavedModelDetector())
        : KerasData.examine(model, ID);
  }

  private static Set<String> tags(MlflowModel model) {
    Set<String> tags = new HashSet<>();
    if (model.value(ID, "meta_graph_tags").orElse(List.of()) instanceof List<?> list) {
      for (Object tag : list) {
        if (tag instanceof String text) {
          tags.add(text);
        }
      }
    }
    return tags;
  }
}
