package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.Verdict;

/** {@code keras}: {@code data} is a directory, in MLflow up to 1.0 an {@code .h5} file. */
final class KerasFlavor implements Flavor {
  private static final String ID = "keras";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Verdict examine(MlflowModel model) {
    return KerasData.examine(model, ID);
  }
}
