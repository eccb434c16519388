package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ChannelValues;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.InputEdit;
import io.github.fuseml.ovms.api.LayoutChange;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares the names in options with those of a model's inputs and outputs. A name that has to be an
 * input's is wrong if no input has it; one that may be inside the model is the engine's to look up.
 */
final class OptionNames {
  /** A port of a tensor or an operation: {@code x:0}, {@code 0:x}. */
  private static final Pattern PORT = Pattern.compile("^\\d+:|:\\d+$");

  private final OptimizationOptions options;
  private final DetectedModel model;
  private final Set<String> inputs;
  private final Set<String> outputs;

  OptionNames(OptimizationOptions options, DetectedModel model) {
    this.options = options;
    this.model = model;
    this.inputs = names(model.inputs());
    this.outputs = names(model.outputs());
  }

  private static Set<String> names(List<TensorSpec> tensors) {
    return tensors.stream()
        .map(TensorSpec::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Refuses the names of mean, scale and layouts that the converted model cannot have. */
  void check() {
    if (inputs.isEmpty()) {
      return; // Only the engine can tell.
    }
    Set<String> known = new LinkedHashSet<>(inputs);
    options.inputs().stream()
        .map(InputEdit::name)
        .filter(name -> !name.isEmpty())
        .forEach(known::add);
    require("mean_values", options.mean().stream().map(ChannelValues::input).toList(), known);
    require("scale_values", options.scale().stream().map(ChannelValues::input).toList(), known);
    known.addAll(outputs);
    known.addAll(options.outputs());
    if (!outputs.isEmpty()) {
      require("layout", options.layouts().stream().map(LayoutChange::name).toList(), known);
    }
  }

  private void require(String parameter, List<String> given, Set<String> known) {
    for (String name : given) {
      if (name.isEmpty() || isKnown(name, known)) {
        continue;
      }
      Optional<String> near = Problem.nearest(name, known);
      if (near.isEmpty() && hasOtherNames()) {
        continue;
      }
      throw new BadRequestException(Problem.of("use")
          .on("'" + name + "' (" + parameter + ")")
          .found("the model has no " + (parameter.equals("layout") ? "input or output" : "input")
              + " of that name")
          .remedy(near.map(other -> "did you mean " + shown(other) + "?")
              .orElse("use one of " + quoted(known))));
    }
  }

  /** What the options look for inside the model, which only its conversion finds. */
  List<String> lookedUp() {
    List<String> hints = new ArrayList<>();
    Set<String> known = new LinkedHashSet<>(inputs);
    known.addAll(outputs);
    if (known.isEmpty()) {
      return hints;
    }
    options.inputs().forEach(edit -> hint(hints, "input", edit.name(), known));
    options.outputs().forEach(name -> hint(hints, "output", name, known));
    return hints;
  }

  private static void hint(List<String> hints, String parameter, String name, Set<String> known) {
    if (name.isEmpty() || isKnown(name, known)) {
      return;
    }
    String near = Problem.nearest(name, known)
        .map(other -> " (or is " + shown(other) + " meant?)")
        .orElse("");
    hints.add("'" + name + "' (" + parameter + ") is none of " + quoted(known)
        + ": it is looked up inside the model when it is converted" + near);
  }

  /** TensorFlow's inputs have other names inside the graph than in its signature. */
  private boolean hasOtherNames() {
    String id = model.format().id();
    return id.startsWith("tensorflow") || id.startsWith("keras");
  }

  private static boolean isKnown(String name, Set<String> known) {
    return known.stream().anyMatch(other -> other.equals(name) || plain(other).equals(plain(name)));
  }

  private static String plain(String name) {
    return PORT.matcher(name).replaceAll("");
  }

  private static String quoted(Set<String> names) {
    return names.stream().map(OptionNames::shown).collect(Collectors.joining(", "));
  }

  /** A name ready to be copied: in the double quotes that the parameters want, else in single ones. */
  private static String shown(String name) {
    String written = InputEdit.of(name).toString();
    return written.equals(name) ? "'" + name + "'" : written;
  }
}
