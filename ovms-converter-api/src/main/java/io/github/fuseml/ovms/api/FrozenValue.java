package io.github.fuseml.ovms.api;

import java.util.List;

/**
 * A value that takes the place of a model's input. Its elements are literals, for only the model
 * knows the input's type.
 *
 * @param elements numbers, {@code true} or {@code false}; one, or as many as the input has elements
 * @param list whether it was given as a list, which a single element may be as well
 */
public record FrozenValue(List<String> elements, boolean list) {
  /**
   * Keeps a copy of the list.
   *
   * @param elements numbers, {@code true} or {@code false}, at least one
   * @param list whether it was given as a list
   */
  public FrozenValue {
    elements = List.copyOf(elements);
    if (elements.isEmpty() || (!list && elements.size() != 1)) {
      throw new IllegalArgumentException(
          "a frozen value has an element, and one that is no list one");
    }
  }

  /**
   * The value as the parameter {@code input} takes it.
   *
   * @return {@code 0.5}, {@code true} or {@code [1,2,3]}
   */
  @Override
  public String toString() {
    return list ? "[" + String.join(",", elements) + "]" : elements.get(0);
  }
}
