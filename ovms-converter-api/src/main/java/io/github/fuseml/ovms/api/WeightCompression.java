package io.github.fuseml.ovms.api;

/** How a converted model stores its weights. */
public enum WeightCompression {
  /** As the model has them. */
  NONE,
  /** 32-bit floats as 16-bit floats: half the size, a little less exact. */
  FP16,
  /**
   * Weights of matrix multiplications, convolutions and embeddings as 8-bit integers with a scale and
   * a zero point for each channel: about a quarter of the size. Made by NNCF without data; needs the
   * engine's part {@code compression}.
   */
  INT8,
  /**
   * The same as 4-bit integers with a scale for each 128 values, the last layer and embeddings as 8-bit
   * ones: about a seventh of the size, meant for language models.
   */
  INT4;

  /**
   * Whether weights become integers.
   *
   * @return true for those that need the engine's part {@code compression}
   */
  public boolean isInteger() {
    return this == INT8 || this == INT4;
  }
}
