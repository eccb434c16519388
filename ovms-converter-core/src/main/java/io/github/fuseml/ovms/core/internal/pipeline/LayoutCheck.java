package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.LayoutChange;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Compares layouts with the dimensions of the inputs and outputs that they belong to. */
final class LayoutCheck {
  private static final String SEVERAL = "...";

  private LayoutCheck() {}

  static void run(OptimizationOptions options, DetectedModel model) {
    List<TensorSpec> inputs = model.inputs();
    // The converted model may have other inputs where some are chosen, frozen or cut off.
    boolean own = options.inputs().stream().allMatch(edit -> edit.name().isEmpty())
        && options.outputs().isEmpty();
    List<LayoutChange> layouts = options.layouts();
    for (int i = 0; i < layouts.size(); i++) {
      LayoutChange layout = layouts.get(i);
      if (!layout.name().isEmpty()) {
        Stream.concat(inputs.stream(), model.outputs().stream())
            .filter(tensor -> tensor.name().equals(layout.name()))
            .forEach(tensor -> requireFit(layout, tensor));
      } else if (own && inputs.size() == layouts.size()) {
        requireFit(layout, inputs.get(i));
      }
    }
  }

  private static void requireFit(LayoutChange layout, TensorSpec tensor) {
    List<Dimension> dimensions = tensor.shape().dimensions();
    if (dimensions == null) {
      return;
    }
    Stream.of(layout.source(), layout.target())
        .filter(Objects::nonNull)
        .filter(letters -> !fits(letters, dimensions.size()))
        .findFirst()
        .ifPresent(letters -> {
          throw new BadRequestException(Problem.of("use")
              .on("the layout of '" + tensor.name() + "'")
              .found("'%s' names %d dimension%s and '%s' has %d: %s"
                  .formatted(
                      letters,
                      told(letters),
                      told(letters) == 1 ? "" : "s",
                      tensor.name(),
                      dimensions.size(),
                      tensor.shape()))
              .remedy("give a letter for each, '?' for one without a meaning, '...' for several"));
        });
  }

  private static int told(String letters) {
    return letters.replace(SEVERAL, "").length();
  }

  private static boolean fits(String letters, int rank) {
    return letters.contains(SEVERAL) ? told(letters) <= rank : told(letters) == rank;
  }
}
