package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A number for every channel of an input, or one for all of them.
 *
 * @param input the input's name; empty for the next input in the model's order
 * @param values the numbers, at least one
 */
public record ChannelValues(String input, List<Double> values) {
  /**
   * Keeps a copy of the list.
   *
   * @param input the input's name; empty for the next input in the model's order
   * @param values the numbers, at least one
   */
  public ChannelValues {
    Objects.requireNonNull(input, "input");
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values for the channels");
    }
  }

  /**
   * The values as the parameters {@code mean_values} and {@code scale_values} take them.
   *
   * @return for instance {@code image(123.7,116.8,103.9)}
   */
  @Override
  public String toString() {
    return values.stream()
        .map(ChannelValues::plain)
        .collect(Collectors.joining(",", OptionText.quoted(input) + "(", ")"));
  }

  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
