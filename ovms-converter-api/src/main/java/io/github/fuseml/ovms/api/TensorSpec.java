package io.github.fuseml.ovms.api;

import java.util.Objects;

/**
 * An input or an output of a model.
 *
 * @param name the tensor's name; empty when the model gives it none
 * @param type the type of its elements
 * @param shape its shape as far as it is known
 */
public record TensorSpec(String name, ElementType type, PartialShape shape) {
  /**
   * Refuses missing parts.
   *
   * @param name the tensor's name; empty when the model gives it none
   * @param type the type of its elements
   * @param shape its shape as far as it is known
   */
  public TensorSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(shape, "shape");
  }

  @Override
  public String toString() {
    return name + " " + type + shape;
  }
}
