package io.github.fuseml.ovms.api;

/** When the graph is simplified: constants folded, operations fused. */
public enum GraphOptimization {
  /** Before the model is written, as {@code ovc} does; takes as much memory as the weights. */
  OFFLINE,
  /** By the server each time it loads the model. */
  RUNTIME
}
