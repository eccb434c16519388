package io.github.fuseml.ovms.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes options in the Model Optimizer's spelling, which {@link OptionParser} reads. */
final class OptionPrinter {
  private OptionPrinter() {}

  /** Names and values of what differs from the defaults, in a fixed order. */
  static Map<String, String> parameters(OptimizationOptions options) {
    Map<String, String> all = new LinkedHashMap<>();
    put(all, "saved_model_tags", quoted(options.savedModelTags()));
    put(all, "signature", options.signature().orElse(null));
    putInputs(all, options);
    put(all, "output", quoted(options.outputs()));
    options.batch().ifPresent(size -> put(all, "batch", size));
    put(all, "layout", options.layouts());
    putFlag(all, "reverse_input_channels", options.reverseChannels());
    put(all, "mean_values", options.mean());
    put(all, "scale_values", options.scale());
    options.scaleAll().ifPresent(divisor -> put(all, "scale", ChannelValues.plain(divisor)));
    putFlag(all, "static_shape", options.staticShape());
    if (options.compression() != WeightCompression.NONE) {
      put(all, "data_type", options.compression().name());
    }
    if (options.graphOptimization() != GraphOptimization.RUNTIME) {
      put(all, "graph_optimization", "offline");
    }
    if (options.shapesFromSignature()) {
      put(all, "shapes", "from-signature");
    }
    if (!options.arguments().isEmpty()) {
      put(all, "extra_args", String.join(" ", options.arguments()));
    }
    return all;
  }

  private static void putInputs(Map<String, String> all, OptimizationOptions options) {
    List<InputEdit> inputs = options.inputs();
    boolean shapesAlone = inputs.stream()
        .allMatch(edit -> edit.equals(
            InputEdit.ofShape(edit.shape() == null ? PartialShape.UNKNOWN : edit.shape())));
    List<InputEdit> frozen = inputs.stream()
        .filter(edit -> !options.inputsChosen()
            && edit.value() != null
            && edit.shape() == null
            && edit.type() == null)
        .toList();
    put(
        all,
        shapesAlone ? "input_shape" : "input",
        inputs.stream().filter(edit -> !frozen.contains(edit)).toList());
    put(all, "freeze_placeholder_with_value", frozen);
  }

  private static List<String> quoted(List<String> names) {
    return names.stream().map(OptionText::quoted).toList();
  }

  private static void putFlag(Map<String, String> all, String name, boolean flag) {
    if (flag) {
      all.put(name, "true");
    }
  }

  private static void put(Map<String, String> all, String name, @Nullable Object value) {
    if (value instanceof List<?> parts) {
      if (!parts.isEmpty()) {
        all.put(name, parts.stream().map(Object::toString).collect(Collectors.joining(",")));
      }
    } else if (value != null) {
      all.put(name, value.toString());
    }
  }
}
