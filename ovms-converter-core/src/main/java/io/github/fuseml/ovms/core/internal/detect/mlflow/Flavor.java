package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.Verdict;

/** One way in which MLflow stores a model, that may be convertible. */
interface Flavor {
  /** Its name in the model's description. */
  String id();

  /** Looks for what the description promises: a model, or a refusal that says what is wrong. */
  Verdict examine(MlflowModel model);
}
