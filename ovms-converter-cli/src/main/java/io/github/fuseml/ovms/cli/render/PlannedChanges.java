package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ChannelValues;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.GraphOptimization;
import io.github.fuseml.ovms.api.InputEdit;
import io.github.fuseml.ovms.api.LayoutChange;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.WeightCompression;
import java.util.ArrayList;
import java.util.List;

/**
 * What options would change in a model, in the order in which they are applied and as far as they tell:
 * what is open, such as which dimension the channels are, only the engine finds out. Not thread-safe.
 */
final class PlannedChanges {
  private final OptimizationOptions options;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final List<String> changes = new ArrayList<>();

  private PlannedChanges(ConversionPlan plan) {
    this.options = plan.request().options();
    this.inputs = plan.model().inputs();
    this.outputs = plan.model().outputs();
  }

  static List<String> of(ConversionPlan plan) {
    PlannedChanges planned = new PlannedChanges(plan);
    planned.inputs();
    planned.preparation();
    planned.storage();
    return planned.changes;
  }

  private void inputs() {
    int unnamed = 0;
    for (InputEdit edit : options.inputs()) {
      String name = name(edit.name(), unnamed);
      unnamed += edit.name().isEmpty() ? 1 : 0;
      if (edit.value() != null) {
        changes.add(name + ": frozen to " + edit.value());
        continue;
      }
      if (edit.shape() != null) {
        changes.add(name + ": shape " + own(name) + "-> " + edit.shape());
      }
      if (edit.type() != null) {
        changes.add(name + ": type " + edit.type());
      }
    }
    if (options.inputsChosen()) {
      changes.add("inputs that are not named stay only where an output needs them");
    }
    for (String output : options.outputs()) {
      changes.add("output '" + output + "' ends the model");
    }
    if (options.batch().isPresent()) {
      changes.add("every input: batch -> " + options.batch().getAsLong());
    }
  }

  private void preparation() {
    int unnamed = 0;
    for (LayoutChange layout : options.layouts()) {
      if (layout.target() != null) {
        String source = layout.source() == null ? "" : layout.source() + " ";
        String whose = isOutput(layout.name())
            ? "output '" + layout.name() + "'"
            : name(layout.name(), unnamed);
        changes.add(whose + ": layout " + source + "-> " + layout.target());
      }
      unnamed++;
    }
    if (options.reverseChannels()) {
      changes.add("inputs with three channels: channels reversed");
    }
    channels(options.mean(), "mean ", " subtracted");
    channels(options.scale(), "divided by ", "");
    options
        .scaleAll()
        .ifPresent(divisor -> changes.add(
            "every floating-point input: divided by " + new ChannelValues("", List.of(divisor))));
    if (options.staticShape()) {
      changes.add("shapes are computed ahead");
    }
  }

  private void channels(List<ChannelValues> all, String before, String after) {
    for (int i = 0; i < all.size(); i++) {
      ChannelValues values = all.get(i);
      String name = values.input().isEmpty() ? chosen(i) : values.input();
      changes.add(name(name, i) + ": " + before + new ChannelValues("", values.values()) + after);
    }
  }

  private void storage() {
    if (options.graphOptimization() == GraphOptimization.OFFLINE) {
      changes.add("the graph is simplified ahead");
    }
    if (options.compression().isInteger()) {
      changes.add("weights compressed to " + options.compression());
    } else if (options.compression() == WeightCompression.FP16) {
      changes.add("32-bit weights stored as 16-bit floats");
    }
  }

  /** The name of a chosen input that is not frozen, by its place among them; empty if none is there. */
  private String chosen(int position) {
    List<InputEdit> open =
        options.inputs().stream().filter(edit -> edit.value() == null).toList();
    return options.inputsChosen() && position < open.size() ? open.get(position).name() : "";
  }

  private boolean isOutput(String name) {
    return outputs.stream().anyMatch(output -> output.name().equals(name));
  }

  /** What is without a name belongs to the inputs in their order, which frozen ones would shift. */
  private String name(String name, int position) {
    if (!name.isEmpty()) {
      return "input '" + name + "'";
    }
    boolean told = position < inputs.size()
        && options.inputs().stream().allMatch(edit -> edit.name().isEmpty());
    return told ? "input '" + inputs.get(position).name() + "'" : "input " + (position + 1);
  }

  private String own(String quoted) {
    return inputs.stream()
        .filter(input -> quoted.equals("input '" + input.name() + "'"))
        .map(input -> input.shape() + " ")
        .findFirst()
        .orElse("");
  }
}
