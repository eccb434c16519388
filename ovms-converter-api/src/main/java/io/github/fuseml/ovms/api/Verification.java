package io.github.fuseml.ovms.api;

import java.util.Locale;

/** How much a converted model is checked before it is published; each level includes those before. */
public enum Verification {
  /** The IR is read again from the disk by OpenVINO: whole, with the same inputs and outputs. */
  LOAD,
  /**
   * It is also compiled for the CPU and run once, on the input example that was saved with an MLflow
   * model, else on values from a fixed seed of the inputs' types and shapes. Its outputs must be
   * finite.
   */
  INFER,
  /**
   * The source model is run on the same inputs by its own runtime, and the outputs must agree within
   * {@link PublishOptions#tolerance}.
   */
  COMPARE;

  /**
   * The level's name.
   *
   * @return the name in lower case
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
