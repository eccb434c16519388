package io.github.fuseml.ovms.core.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.fuseml.ovms.api.ChannelValues;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.InputEdit;
import io.github.fuseml.ovms.api.LayoutChange;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.PartialShape;
import java.util.List;
import java.util.function.Function;

/** The changes of a model's graph as the worker takes them: plain values, see {@code graph_edits.py}. */
final class GraphEdits {
  private GraphEdits() {}

  static JsonObject of(OptimizationOptions options) {
    JsonObject edits = new JsonObject();
    edits.add("inputs", array(options.inputs(), GraphEdits::input));
    edits.addProperty("inputs_chosen", options.inputsChosen());
    edits.add("outputs", array(options.outputs(), JsonPrimitive::new));
    edits.add("mean", array(options.mean(), GraphEdits::channels));
    edits.add("scale", array(options.scale(), GraphEdits::channels));
    edits.add("layouts", array(options.layouts(), GraphEdits::layout));
    edits.addProperty("reverse_channels", options.reverseChannels());
    edits.addProperty("static_shape", options.staticShape());
    options.batch().ifPresent(size -> edits.addProperty("batch", size));
    options.scaleAll().ifPresent(divisor -> edits.addProperty("scale_all", divisor));
    return edits;
  }

  private static <T> JsonArray array(List<T> values, Function<T, JsonElement> element) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(element.apply(value)));
    return array;
  }

  private static JsonObject input(InputEdit edit) {
    JsonObject input = new JsonObject();
    input.addProperty("name", edit.name());
    input.addProperty("parameter", edit.name().isEmpty() ? "input_shape" : "input");
    if (edit.shape() != null) {
      input.add("shape", shape(edit.shape()));
    }
    if (edit.type() != null) {
      input.addProperty("type", edit.type().id());
    }
    if (edit.value() != null) {
      input.add("value", array(edit.value().elements(), JsonPrimitive::new));
      input.addProperty("list", edit.value().list());
    }
    return input;
  }

  private static JsonElement shape(PartialShape shape) {
    List<Dimension> dimensions = shape.dimensions();
    return dimensions == null
        ? new JsonPrimitive("dynamic")
        : array(dimensions, GraphEdits::dimension);
  }

  private static JsonArray dimension(Dimension dimension) {
    JsonArray range = new JsonArray();
    range.add(dimension.min());
    range.add(dimension.max() == Dimension.UNBOUNDED ? -1 : dimension.max());
    return range;
  }

  private static JsonObject channels(ChannelValues values) {
    JsonObject channels = new JsonObject();
    channels.addProperty("name", values.input());
    channels.add("values", array(values.values(), JsonPrimitive::new));
    return channels;
  }

  private static JsonObject layout(LayoutChange change) {
    JsonObject layout = new JsonObject();
    layout.addProperty("name", change.name());
    layout.addProperty("source", change.source());
    layout.addProperty("target", change.target());
    return layout;
  }
}
