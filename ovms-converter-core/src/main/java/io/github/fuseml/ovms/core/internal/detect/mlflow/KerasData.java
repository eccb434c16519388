package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.keras.KerasDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import java.util.List;

/**
 * A Keras model in one of its three forms. Which of them it is, the description tells wrongly at
 * times: {@code save_format: tf} stands above {@code model.keras} since TensorFlow 2.16. So the
 * directory decides.
 */
final class KerasData {
  /** Keras 2.3 and before wrote HDF5 under the name that is a directory's otherwise. */
  private static final List<String> FILES = List.of("model.keras", "model.h5", "model");

  private static final List<String> PICKLES =
      List.of("custom_objects.cloudpickle", "global_custom_objects.cloudpickle");

  private KerasData() {}

  static Verdict examine(MlflowModel model, String flavor) {
    String data = model.text(flavor, "data").orElse("data");
    FlavorData found = new FlavorData(model, flavor);
    PICKLES.stream()
        .filter(file -> found.isThere(ModelPaths.join(data, file)))
        .forEach(file -> found.withWarning(
            file + " beside the model holds custom objects; it is a pickle and never opened"));
    String savedModel = ModelPaths.join(data, "model");
    if (found.isThere(savedModel + "/saved_model.pb")) {
      return found.confirm(savedModel, new SavedModelDetector());
    }
    for (String file : FILES) {
      String path = ModelPaths.join(data, file);
      if (found.isThere(path)) {
        return found.confirm(path, new KerasDetector());
      }
    }
    // A file, as in old versions, or nothing of it at all: the complaint names the path.
    return found.confirm(data, new KerasDetector());
  }
}
