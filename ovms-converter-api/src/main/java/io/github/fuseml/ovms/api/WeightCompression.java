package io.github.fuseml.ovms.api;

/** How a converted model stores its weights. */
public enum WeightCompression {
  /** As the model has them. */
  NONE,
  /** 32-bit floats as 16-bit floats: half the size, a little less exact. */
  FP16
}
