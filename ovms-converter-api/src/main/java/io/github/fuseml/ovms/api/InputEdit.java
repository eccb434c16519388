package io.github.fuseml.ovms.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an input of the model, or of a tensor inside it that becomes an input.
 *
 * @param name the name of a tensor or an operation, {@code operation:output port} or {@code input
 *     port:operation}; empty for the next input in the model's order
 * @param shape its shape; null to leave it
 * @param type its elements' type; null to leave it
 * @param value what it is frozen to; null to keep it an input
 */
public record InputEdit(
    String name,
    @Nullable PartialShape shape,
    @Nullable ElementType type,
    @Nullable FrozenValue value) {
  /**
   * Refuses a missing name.
   *
   * @param name the name; empty for the next input in the model's order
   * @param shape its shape; null to leave it
   * @param type its elements' type; null to leave it
   * @param value what it is frozen to; null to keep it an input
   */
  public InputEdit {
    Objects.requireNonNull(name, "name");
  }

  /**
   * The next input with a shape.
   *
   * @param shape the shape
   * @return the edit
   */
  public static InputEdit ofShape(PartialShape shape) {
    return new InputEdit("", shape, null, null);
  }

  /**
   * An input, or a tensor that becomes one, as it is.
   *
   * @param name its name
   * @return the edit
   */
  public static InputEdit of(String name) {
    return new InputEdit(name, null, null, null);
  }

  /**
   * The same with a shape.
   *
   * @param newShape the shape
   * @return a new value
   */
  public InputEdit withShape(PartialShape newShape) {
    return new InputEdit(name, newShape, type, value);
  }

  /**
   * The edit as the parameter {@code input} takes it.
   *
   * @return for instance {@code 0:node[1,?]{f32}->[1,2]}
   */
  @Override
  public String toString() {
    return OptionText.quoted(name)
        + (shape == null ? "" : shape)
        + (type == null ? "" : "{" + type + "}")
        + (value == null ? "" : "->" + value);
  }
}
