package io.github.fuseml.ovms.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of an input's or output's dimensions: {@code nhwc}, {@code n?c}, {@code nc...}.
 *
 * @param name the input's or output's name; empty for the next input in the model's order
 * @param source the layout that the model has; null when it is not told
 * @param target the layout that the converted model shall have; null to leave it
 */
public record LayoutChange(
    String name, @Nullable String source, @Nullable String target) {
  /**
   * Refuses a missing name.
   *
   * @param name the input's or output's name; empty for the next input in the model's order
   * @param source the layout that the model has; null when it is not told
   * @param target the layout that the converted model shall have; null to leave it
   */
  public LayoutChange {
    Objects.requireNonNull(name, "name");
  }

  /**
   * The change as the parameter {@code layout} takes it.
   *
   * @return for instance {@code image(nhwc->nchw)}
   */
  @Override
  public String toString() {
    String text = (source == null ? "" : source) + (target == null ? "" : "->" + target);
    return name.isEmpty() ? text : OptionText.quoted(name) + "(" + text + ")";
  }
}
