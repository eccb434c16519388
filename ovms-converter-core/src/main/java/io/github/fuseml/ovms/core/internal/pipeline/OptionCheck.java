package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.InputEdit;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares options with what a model's metadata tells, before a byte of it is fetched. The metadata
 * knows the inputs and not what is inside: inner names are the engine's to check, before it converts.
 */
final class OptionCheck {
  /** The engine that takes the Model Optimizer's arguments as they are. */
  private static final String LEGACY_ENGINE = "model-optimizer";

  private OptionCheck() {}

  static void run(OptimizationOptions options, DetectedModel model, String optimizer) {
    if (!options.arguments().isEmpty() && !optimizer.equals(LEGACY_ENGINE)) {
      throw refused(
          "the arguments " + options.arguments(),
          "the optimizer '" + optimizer + "' has no command line",
          "give them as options, or choose --optimizer " + LEGACY_ENGINE);
    }
    if (options.compression().isInteger() && optimizer.equals(LEGACY_ENGINE)) {
      throw refused(
          "data_type=" + options.compression(),
          "the optimizer '" + optimizer + "' knows FP16 and FP32 only",
          "leave out --optimizer, or choose --data-type FP16");
    }
    LegacyArguments.check(options);
    new OptionNames(options, model).check();
    List<TensorSpec> inputs = model.inputs();
    if (inputs.isEmpty()) {
      return; // Only the engine can tell.
    }
    for (InputEdit edit : options.inputs()) {
      inputs.stream()
          .filter(input -> !edit.name().isEmpty() && input.name().equals(edit.name()))
          .forEach(input -> requireRank("input", edit.shape(), input));
    }
    LayoutCheck.run(options, model);
    List<InputEdit> unnamed =
        options.inputs().stream().filter(edit -> edit.name().isEmpty()).toList();
    requireAtMost(unnamed.size(), "shapes (input_shape)", inputs);
    if (!options.inputsChosen()) {
      long means =
          options.mean().stream().filter(values -> values.input().isEmpty()).count();
      long scales =
          options.scale().stream().filter(values -> values.input().isEmpty()).count();
      requireAtMost(means, "tuples of mean_values", inputs);
      requireAtMost(scales, "tuples of scale_values", inputs);
    }
    boolean frozen = options.inputs().stream().anyMatch(edit -> edit.value() != null);
    for (int i = 0; i < unnamed.size() && !frozen; i++) {
      requireRank("input_shape", unnamed.get(i).shape(), inputs.get(i));
    }
  }

  /** The model, with a word on what the user may not know. */
  static DetectedModel withHints(OptimizationOptions options, DetectedModel model) {
    SignatureShapes.Known known = SignatureShapes.of(model);
    boolean shaped = options.batch().isPresent() || !options.inputs().isEmpty();
    DetectedModel.Builder hinted = model.toBuilder();
    new OptionNames(options, model).lookedUp().forEach(hinted::warning);
    if (!known.inputs().isEmpty() && !shaped) {
      String shapes =
          known.inputs().stream().map(InputEdit::toString).collect(Collectors.joining(","));
      hinted.warning(known.source() + " knows more of the shapes: " + shapes
          + "; --shapes from-signature uses it");
    }
    return hinted.build();
  }

  private static void requireAtMost(long given, String what, List<TensorSpec> inputs) {
    if (given > inputs.size()) {
      throw refused(
          given + " " + what,
          "the model has %d input%s: %s"
              .formatted(inputs.size(), inputs.size() == 1 ? "" : "s", names(inputs)),
          "give at most one for each input");
    }
  }

  private static void requireRank(
      String parameter, @Nullable PartialShape shape, TensorSpec input) {
    List<Dimension> given = shape == null ? null : shape.dimensions();
    List<Dimension> own = input.shape().dimensions();
    if (given != null && own != null && given.size() != own.size()) {
      throw refused(
          "the shape " + shape + " (" + parameter + ")",
          "it has %d dimensions and the input '%s' has %d: %s"
              .formatted(given.size(), input.name(), own.size(), input.shape())
              .replace("has 1 dimensions", "has 1 dimension"),
          "give a shape of %d dimension%s; '?' leaves one open"
              .formatted(own.size(), own.size() == 1 ? "" : "s"));
    }
  }

  private static String names(List<TensorSpec> inputs) {
    return inputs.stream().map(input -> "'" + input.name() + "'").collect(Collectors.joining(", "));
  }

  private static BadRequestException refused(String what, String found, String remedy) {
    return new BadRequestException(Problem.of("use").on(what).found(found).remedy(remedy));
  }
}
