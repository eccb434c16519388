package io.github.fuseml.ovms.core.internal.detect.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.Few;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a Keras model: a tree of objects, each with the name of its class, as {@code
 * keras.saving.serialize_keras_object} writes them. Whatever does not have the usual shape is passed
 * over: this tells people about the model early, and the export looks at it again.
 */
final class KerasConfig {
  private static final Pattern KERAS =
      Pattern.compile("(tf_)?keras(\\..*)?|tensorflow\\.keras\\..*");

  private static final String OUTPUTS = "output_layers";
  private static final Set<String> LAMBDAS = Set.of("Lambda", "__lambda__");

  private static final Map<String, String> TYPES = Map.ofEntries(
      Map.entry("float16", "f16"),
      Map.entry("float32", "f32"),
      Map.entry("float64", "f64"),
      Map.entry("bfloat16", "bf16"),
      Map.entry("int8", "i8"),
      Map.entry("int16", "i16"),
      Map.entry("int32", "i32"),
      Map.entry("int64", "i64"),
      Map.entry("uint8", "u8"),
      Map.entry("uint16", "u16"),
      Map.entry("uint32", "u32"),
      Map.entry("uint64", "u64"),
      Map.entry("bool", "boolean"),
      Map.entry("string", "string"));

  private final JsonObject root;

  KerasConfig(JsonObject root) {
    this.root = root;
  }

  /** The layers that need code which is not Keras's own; empty when there are none. */
  Optional<String> foreignParts() {
    Few found = new Few();
    Deque<JsonElement> rest = new ArrayDeque<>(List.of(root));
    while (!rest.isEmpty()) {
      JsonElement element = rest.pop();
      if (element instanceof JsonArray array) {
        array.forEach(rest::push);
      } else if (element instanceof JsonObject object) {
        foreign(object).ifPresent(found::add);
        object.entrySet().stream()
            .filter(entry -> !entry.getKey().equals("compile_config"))
            .forEach(entry -> rest.push(entry.getValue()));
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.toString());
  }

  private static Optional<String> foreign(JsonObject object) {
    String name = text(object, "class_name");
    String module = text(object, "module");
    String registered = text(object, "registered_name");
    if (LAMBDAS.contains(name)) {
      return Optional.of("a Lambda layer" + named(object) + ", which holds Python byte code");
    }
    boolean custom = name.contains(">")
        || registered.contains(">")
        || (!name.isEmpty()
            && !module.isEmpty()
            && !module.equals("builtins")
            && !KERAS.matcher(module).matches());
    return custom
        ? Optional.of("the custom object "
            + Shown.quoted(registered.isEmpty() ? name : registered)
            + ", whose code is not in the file")
        : Optional.empty();
  }

  private static String named(JsonObject object) {
    String name = text(config(object), "name");
    return name.isEmpty() ? "" : " " + Shown.quoted(name);
  }

  /** The inputs in the model's order; empty when the configuration does not tell them all. */
  List<TensorSpec> inputs() {
    Map<String, JsonObject> layers = layers();
    List<TensorSpec> inputs = new ArrayList<>();
    for (String name : ends("input_layers")) {
      TensorSpec input = Optional.ofNullable(layers.get(name))
          .map(layer -> input(name, config(layer)))
          .orElse(null);
      if (input == null) {
        return List.of();
      }
      inputs.add(input);
    }
    return inputs.isEmpty() ? firstOfSequence(layers) : inputs;
  }

  /** The outputs; their types and shapes come about when the layers are built. */
  List<TensorSpec> outputs() {
    List<String> names = ends(OUTPUTS);
    if (names.isEmpty() && isSequential()) {
      names = List.copyOf(layers().keySet());
      names = names.subList(Math.max(0, names.size() - 1), names.size());
    }
    // A layer with several outputs has names that only the export gives.
    return Set.copyOf(names).size() < names.size()
        ? List.of()
        : names.stream()
            .map(name -> new TensorSpec(name, ElementType.DYNAMIC, PartialShape.UNKNOWN))
            .toList();
  }

  private boolean isSequential() {
    return text(root, "class_name").equals("Sequential");
  }

  private List<TensorSpec> firstOfSequence(Map<String, JsonObject> layers) {
    if (!isSequential() || layers.isEmpty()) {
      return List.of();
    }
    Map.Entry<String, JsonObject> first = layers.entrySet().iterator().next();
    boolean declared = text(first.getValue(), "class_name").equals("InputLayer");
    TensorSpec input =
        input(declared ? first.getKey() : first.getKey() + "_input", config(first.getValue()));
    return input == null ? List.of() : List.of(input);
  }

  private static @Nullable TensorSpec input(String name, JsonObject config) {
    JsonElement shape =
        config.has("batch_shape") ? config.get("batch_shape") : config.get("batch_input_shape");
    if (!(shape instanceof JsonArray sizes)) {
      return null;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (JsonElement size : sizes) {
      dimensions.add(dimension(size));
    }
    return new TensorSpec(name, type(config.get("dtype")), new PartialShape(dimensions));
  }

  private static Dimension dimension(JsonElement size) {
    try {
      boolean known = size.isJsonPrimitive() && size.getAsJsonPrimitive().isNumber();
      return known && size.getAsLong() >= 0 ? Dimension.of(size.getAsLong()) : Dimension.DYNAMIC;
    } catch (NumberFormatException e) { // More digits than gson takes.
      return Dimension.DYNAMIC;
    }
  }

  private static ElementType type(@Nullable JsonElement type) {
    String name = type instanceof JsonObject policy
        ? text(config(policy), "name")
        : type != null && type.isJsonPrimitive() ? type.getAsString() : "float32";
    String id = TYPES.get(name);
    return id == null ? ElementType.DYNAMIC : new ElementType(id);
  }

  private Map<String, JsonObject> layers() {
    // Keras before 2.2 wrote the layers of a sequence without an object around them.
    JsonElement list =
        root.get("config") instanceof JsonArray array ? array : config(root).get("layers");
    Map<String, JsonObject> layers = new LinkedHashMap<>();
    if (list instanceof JsonArray array) {
      for (JsonElement element : array) {
        if (element instanceof JsonObject layer) {
          layers.put(text(config(layer), "name"), layer);
        }
      }
    }
    return layers;
  }

  /** The layers' names in {@code [["a", 0, 0], ["b", 0, 0]]}, {@code ["a", 0, 0]} or a map of these. */
  private List<String> ends(String key) {
    List<String> names = new ArrayList<>();
    JsonElement ends = config(root).get(key);
    if (ends instanceof JsonArray array && !array.isEmpty()) {
      if (array.get(0).isJsonPrimitive()) {
        names.add(array.get(0).getAsString());
      } else {
        array.forEach(end -> names.add(first(end)));
      }
    } else if (ends instanceof JsonObject named) {
      // Outputs are called by their keys, inputs by their layers.
      named
          .entrySet()
          .forEach(end -> names.add(key.equals(OUTPUTS) ? end.getKey() : first(end.getValue())));
    }
    return names;
  }

  private static String first(JsonElement end) {
    return end instanceof JsonArray array && !array.isEmpty() && array.get(0).isJsonPrimitive()
        ? array.get(0).getAsString()
        : "";
  }

  private static JsonObject config(JsonObject object) {
    return object.get("config") instanceof JsonObject config ? config : new JsonObject();
  }

  private static String text(JsonObject object, String key) {
    JsonElement value = object.get(key);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }
}
