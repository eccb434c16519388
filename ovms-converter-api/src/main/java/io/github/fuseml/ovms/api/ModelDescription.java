package io.github.fuseml.ovms.api;

import java.util.List;

/**
 * What a model is, and what a conversion of it would do.
 *
 * @param plan the plan of the conversion
 * @param inputs the model's inputs
 * @param outputs the model's outputs
 * @param describedBy who tells them: {@code metadata}, or an optimizer's id
 */
public record ModelDescription(
    ConversionPlan plan, List<TensorSpec> inputs, List<TensorSpec> outputs, String describedBy) {

  /**
   * Keeps copies of the lists.
   *
   * @param plan the plan of the conversion
   * @param inputs the model's inputs
   * @param outputs the model's outputs
   * @param describedBy who tells them: {@code metadata}, or an optimizer's id
   */
  public ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
