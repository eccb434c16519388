package io.github.fuseml.ovms.cli.parameters;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import java.util.HashMap;
import java.util.Map;

/**
 * The Model Optimizer's parameters with where each was given, for one may come in several ways: by an
 * option or a variable of its own, and among further arguments. Not thread-safe.
 */
public final class GivenParameters {
  private record Given(String source, String value) {}

  private final OptimizationOptions.Builder options;
  private final Map<String, Given> all = new HashMap<>();

  /**
   * No parameters yet.
   *
   * @param options gets them
   */
  public GivenParameters(OptimizationOptions.Builder options) {
    this.options = options;
  }

  /**
   * The options that they become.
   *
   * @return the builder
   */
  public OptimizationOptions.Builder options() {
    return options;
  }

  /**
   * Sets a parameter.
   *
   * @param source where it was given: {@code --input-shape}, {@code FUSEML_INPUT_SHAPE}
   * @param parameter its name
   * @param value its value
   * @throws BadRequestException if it cannot be read, or says something else than before
   */
  public void set(String source, String parameter, String value) {
    Given before = all.putIfAbsent(parameter, new Given(source, value));
    if (before == null) {
      options.parameter(parameter, value);
    } else if (!read(parameter, before.value()).equals(read(parameter, value))) {
      throw new BadRequestException(Problem.of("read")
          .on(parameter)
          .found("it is given twice: " + before.value() + " by " + before.source() + ", " + value
              + " by " + source)
          .remedy("give it once"));
    }
  }

  private static OptimizationOptions read(String parameter, String value) {
    return OptimizationOptions.builder().parameter(parameter, value).build();
  }
}
