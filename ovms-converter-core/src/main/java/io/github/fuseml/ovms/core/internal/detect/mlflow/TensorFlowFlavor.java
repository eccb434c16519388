package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import java.util.Optional;

/**
 * {@code tensorflow}: a SavedModel under {@code saved_model_dir}, or since MLflow 2 a Keras model under
 * {@code data}.
 */
final class TensorFlowFlavor implements Flavor {
  private static final String ID = "tensorflow";

  @Override
  public boolean appliesTo(MlflowModel model) {
    return model.hasFlavor(ID);
  }

  @Override
  public Verdict examine(MlflowModel model) {
    Optional<String> directory = model.text(ID, "saved_model_dir");
    if (directory.isPresent()) {
      return new FlavorData(model, ID)
          .withSignature(model.text(ID, "signature_def_key").orElse(""))
          .confirm(directory.get(), new SavedModelDetector());
    }
    return KerasData.examine(model, ID);
  }
}
