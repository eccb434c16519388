package io.github.fuseml.ovms.core.internal.detect.mlflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of the example that was saved with a model ({@code saved_input_example_info} in {@code
 * MLmodel}; mlflow, {@code models/utils.py}): arrays of numbers in JSON, one without a name or several
 * with names, in older versions below a member {@code inputs}. Tables are none. How many rows an example
 * has says nothing of the model, so the first dimension stays open.
 */
final class InputExample {
  private static final String ARRAYS = "ndarray";
  private static final String WRAPPER = "inputs";
  private static final int LARGEST = 16 << 20;
  private static final int MOST_DIMENSIONS = 16;
  private static final int MOST_TENSORS = 1000;

  private InputExample() {}

  /**
   * The shapes in the form that a signature has them in.
   *
   * @param inputs the model's inputs, for which it is read only if it may tell them something
   * @param info what the description says of the example
   * @return empty if there is no example, or it is none of arrays
   */
  static Optional<String> shapes(
      ModelTree tree, String directory, List<TensorSpec> inputs, @Nullable Object info) {
    if (!(info instanceof Map<?, ?> told)
        || !ARRAYS.equals(told.get("type"))
        || !(told.get("artifact_path") instanceof String path)
        || inputs.stream().allMatch(InputExample::isSettled)) {
      return Optional.empty();
    }
    try {
      Optional<Artifact> file = tree.find(ModelPaths.join(directory, ModelPaths.inside(path)));
      return file.isEmpty() || file.get().size() > LARGEST
          ? Optional.empty()
          : Optional.of(read(tree.read(file.get(), 0, LARGEST)).toString());
    } catch (IOException | MalformedException | IllegalStateException e) {
      return Optional.empty(); // A model is not refused for an example that cannot be read.
    }
  }

  /** Whether nothing but the number of rows is open. */
  private static boolean isSettled(TensorSpec input) {
    List<Dimension> dimensions = input.shape().dimensions();
    return dimensions != null && dimensions.stream().skip(1).allMatch(Dimension::isStatic);
  }

  private static JsonObject read(byte[] json) throws IOException {
    JsonArray tensors = new JsonArray();
    try (JsonReader reader = new JsonReader(
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8))) {
      readTensors(reader, "", tensors);
    }
    JsonObject all = new JsonObject();
    all.add("inputs", tensors);
    return all;
  }

  private static void readTensors(JsonReader reader, String name, JsonArray tensors)
      throws IOException {
    if (reader.peek() != JsonToken.BEGIN_OBJECT) {
      tensors.add(tensor(name, shape(reader, 0)));
      return;
    }
    if (!name.isEmpty()) {
      throw new IllegalStateException("an object where an array was expected");
    }
    reader.beginObject();
    while (reader.hasNext() && tensors.size() < MOST_TENSORS) {
      String member = reader.nextName();
      boolean wrapper = member.equals(WRAPPER) && tensors.isEmpty();
      readTensors(reader, wrapper ? "" : member, tensors);
    }
  }

  private static JsonObject tensor(String name, List<Long> shape) {
    JsonArray sizes = new JsonArray();
    for (int i = 0; i < shape.size(); i++) {
      sizes.add(i == 0 ? -1 : shape.get(i));
    }
    JsonObject spec = new JsonObject();
    spec.add("shape", sizes);
    JsonObject tensor = new JsonObject();
    if (!name.isEmpty()) {
      tensor.addProperty("name", name);
    }
    tensor.add("tensor-spec", spec);
    return tensor;
  }

  /** The sizes of nested arrays; -1 where they differ from one to the next. */
  private static List<Long> shape(JsonReader reader, int depth) throws IOException {
    if (reader.peek() != JsonToken.BEGIN_ARRAY) {
      if (reader.peek() == JsonToken.BEGIN_OBJECT) {
        throw new IllegalStateException("an object in an array");
      }
      reader.skipValue();
      return List.of();
    }
    if (depth == MOST_DIMENSIONS) {
      throw new IllegalStateException("too many dimensions");
    }
    reader.beginArray();
    long count = 0;
    List<Long> inner = null;
    while (reader.hasNext()) {
      List<Long> next = shape(reader, depth + 1);
      inner = inner == null ? next : common(inner, next);
      count++;
    }
    reader.endArray();
    List<Long> sizes = new ArrayList<>();
    sizes.add(count);
    sizes.addAll(inner == null ? List.of() : inner);
    return sizes;
  }

  private static List<Long> common(List<Long> one, List<Long> other) {
    if (one.equals(other)) {
      return one;
    }
    if (one.size() != other.size()) {
      throw new IllegalStateException("arrays of different depths");
    }
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      sizes.add(one.get(i).equals(other.get(i)) ? one.get(i) : -1L);
    }
    return sizes;
  }
}
