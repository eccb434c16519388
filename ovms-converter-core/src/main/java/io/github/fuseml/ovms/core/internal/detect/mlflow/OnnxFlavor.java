package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.onnx.OnnxDetector;

/** {@code onnx: {data: model.onnx}}; the data may also be a directory that holds the file. */
final class OnnxFlavor implements Flavor {
  private static final String ID = "onnx";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Verdict examine(MlflowModel model) {
    String data = model.text(ID, "data").orElse("model.onnx");
    return new FlavorData(model, ID).confirm(data, new OnnxDetector());
  }
}
