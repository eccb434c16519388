package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;

/**
 * One way to call a SavedModel.
 *
 * @param key its name
 * @param inputs its inputs, sorted by name
 * @param outputs its outputs, sorted by name
 */
record SignatureDef(String key, List<TensorSpec> inputs, List<TensorSpec> outputs) {
  static final String DEFAULT = "serving_default";
  private static final String INITIALIZER = "__saved_model_init_op";

  /** Whether a model can be made of it; the initializer is a signature in its form only. */
  boolean isUsable() {
    return !outputs.isEmpty() && !key.equals(INITIALIZER);
  }
}
