package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.paddle.PaddleDetector;
import java.util.List;

/** {@code paddle: {pickled_model: model}}: the prefix of a program and its parameters. */
final class PaddleFlavor implements Flavor {
  private static final String ID = "paddle";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Verdict examine(MlflowModel model) {
    String prefix =
        model.text(ID, "pickled_model").or(() -> model.text(ID, "model_data")).orElse("model");
    FlavorData data = new FlavorData(model, ID);
    for (String path : List.of(prefix + ".pdmodel", prefix + ".json")) {
      if (data.isThere(path)) {
        return data.confirm(path, new PaddleDetector());
      }
    }
    return data.confirm(prefix + ".pdmodel", new PaddleDetector());
  }
}
