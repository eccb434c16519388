package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An MLflow model: its directory and what its description says. */
final class MlflowModel {
  static final String FILE = "MLmodel";

  private static final Pattern LOADER = Pattern.compile("mlflow\\.([a-z_]+)");

  private final ModelTree tree;
  private final String directory;
  private final Map<?, ?> description;
  private final Map<?, ?> flavors;

  private MlflowModel(ModelTree tree, String directory, Map<?, ?> description, Map<?, ?> flavors) {
    this.tree = tree;
    this.directory = directory;
    this.description = description;
    this.flavors = flavors;
  }

  static MlflowModel read(ModelTree tree, Artifact file) throws MalformedException {
    Map<?, ?> description = SafeYaml.read(tree, file);
    if (!(description.get("flavors") instanceof Map<?, ?> flavors) || flavors.isEmpty()) {
      throw new MalformedException("names no flavors");
    }
    return new MlflowModel(tree, ModelPaths.parent(file.path()), description, withLoader(flavors));
  }

  /**
   * A flavor may be told by nothing but the module that Python loads the model with, {@code
   * mlflow.onnx} and the like.
   */
  private static Map<?, ?> withLoader(Map<?, ?> flavors) {
    if (!(flavors.get("python_function") instanceof Map<?, ?> python)
        || !(python.get("loader_module") instanceof String loader)) {
      return flavors;
    }
    Matcher module = LOADER.matcher(loader);
    if (!module.matches() || flavors.containsKey(module.group(1))) {
      return flavors;
    }
    Map<Object, Object> all = new LinkedHashMap<>(flavors);
    all.put(
        module.group(1),
        python.get("data") instanceof String data ? Map.of("data", data) : Map.of());
    return all;
  }

  ModelTree tree() {
    return tree;
  }

  /** The model's directory; empty when it is the tree itself. */
  String directory() {
    return directory;
  }

  boolean hasFlavor(String flavor) {
    return flavors.containsKey(flavor);
  }

  /** The names of the flavors, fit for a message. */
  Set<String> flavors() {
    Set<String> names = new TreeSet<>();
    flavors.keySet().forEach(name -> names.add(Shown.line(String.valueOf(name))));
    return names;
  }

  /** What a flavor says under a key, if it is a text that says something. */
  Optional<String> text(String flavor, String key) {
    return value(flavor, key).flatMap(MlflowModel::text);
  }

  /** What a flavor says under a key, be it a text, a list or a map. */
  Optional<Object> value(String flavor, String key) {
    return flavors.get(flavor) instanceof Map<?, ?> entries
        ? Optional.ofNullable(entries.get(key))
        : Optional.empty();
  }

  private static Optional<String> text(Object value) {
    return value instanceof String text
            && !text.isEmpty()
            && !text.equals("null")
            && !text.equals("~")
        ? Optional.of(text)
        : Optional.empty();
  }

  String version() {
    return Optional.ofNullable(description.get("mlflow_version"))
        .flatMap(MlflowModel::text)
        .map(Shown::line)
        .orElse("");
  }

  /** A refusal of the whole model. */
  Verdict refuse(String what, String reason, String remedy) {
    return Verdict.refusedPackage(ModelPaths.join(directory, FILE), what, reason, remedy);
  }

  /** What it is, as a reason. */
  String origin() {
    String version = version();
    return ModelPaths.join(directory, FILE)
        + " describes an MLflow model"
        + (version.isEmpty() ? " of an unknown version" : ", written by MLflow " + version);
  }

  /** Adds what the description tells to a model that was found in this one. */
  DetectedModel.Builder describe(String flavor, DetectedModel.Builder found) {
    String name = directory.isEmpty() ? tree.name() : ModelPaths.name(directory);
    String version = version();
    found.scope(directory).name(name).attribute("mlflow.flavor", flavor);
    if (flavors().size() > 1) {
      found.attribute("mlflow.flavors", String.join(", ", flavors()));
    }
    if (!version.isEmpty()) {
      found.attribute("mlflow.version", version);
    }
    for (String key : new String[] {"run_id", "model_uuid", "model_id"}) {
      Optional.ofNullable(description.get(key))
          .flatMap(MlflowModel::text)
          .ifPresent(value -> found.attribute("mlflow." + key, Shown.line(value)));
    }
    MlflowSignature.read(description.get("signature"))
        .ifPresent(json -> found.attribute("mlflow.signature", json));
    InputExample.shapes(
            tree, directory, found.build().inputs(), description.get("saved_input_example_info"))
        .ifPresent(json -> found.attribute("mlflow.input_example", json));
    return found;
  }
}
