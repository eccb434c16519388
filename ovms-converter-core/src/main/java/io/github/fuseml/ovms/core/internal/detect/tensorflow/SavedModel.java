package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A SavedModel's directory, judged by its MetaGraph and by the files that are there. */
final class SavedModel {
  private final ModelTree tree;
  private final String directory;
  private final MetaGraph metaGraph;
  private final Checkpoint variables;

  SavedModel(ModelTree tree, String directory, MetaGraph metaGraph) {
    this.tree = tree;
    this.directory = directory;
    this.metaGraph = metaGraph;
    this.variables = Checkpoint.find(tree, in("variables/variables"));
  }

  Verdict verdict() {
    if (metaGraph.chosen().isEmpty()) {
      return Verdict.refused(
          directory,
          "a TensorFlow SavedModel without signatures",
          "nothing says what its inputs and outputs are, and OpenVINO would make an empty model of it",
          "save it with one: tf.saved_model.save(model, directory, signatures="
              + "model.call.get_concrete_function(tf.TensorSpec([None, 4], tf.float32)))");
    }
    // A graph without variables has an index too, as a rule, but does not need one.
    boolean needed = metaGraph.graph().variables() > 0 || variables.hasIndex();
    if (needed && !variables.isComplete()) {
      return Verdict.refused(
          directory,
          "a TensorFlow SavedModel without its variables",
          missingVariables(),
          "copy the whole directory of the model, variables/ included");
    }
    return new Verdict.Found(describe(metaGraph.chosen().get()));
  }

  private String missingVariables() {
    String missing = String.join(", ", variables.missing().stream().limit(3).toList());
    String first = metaGraph.graph().firstVariable();
    return (missing + " missing")
        + (first == null
            ? ", though variables/variables.index is there"
            : ": the graph has "
                + metaGraph.graph().variables()
                + " variable(s), the first is "
                + Shown.quoted(first));
  }

  private DetectedModel describe(SignatureDef chosen) {
    String keys =
        metaGraph.signatures().stream().map(SignatureDef::key).collect(Collectors.joining(", "));
    String tags = String.join(", ", metaGraph.tags());
    DetectedModel.Builder found = DetectedModel.builder(
            ModelFormat.TENSORFLOW_SAVED_MODEL, directory)
        .name(name())
        .files(files())
        .inputs(chosen.inputs())
        .outputs(chosen.outputs())
        .reason(SavedModelDetector.BINARY + " is a SavedModel with the tags " + tags)
        .reason("its signature " + chosen.key() + " is used, of " + keys);
    if (metaGraph.signatures().stream().anyMatch(other -> !other.sameInterface(chosen))) {
      found.warning("one signature can be converted: "
          + chosen.key()
          + " is, the others of "
          + keys
          + " are left out");
    }
    return found
        .attribute("tensorflow.tags", tags)
        .attribute("tensorflow.signature", chosen.key())
        .attribute("tensorflow.signatures", keys)
        .build();
  }

  private List<String> files() {
    List<String> files = new ArrayList<>(variables.files());
    files.add(in(SavedModelDetector.BINARY));
    String fingerprint = in("fingerprint.pb");
    String assets = in("assets/");
    for (Artifact file : tree.files()) {
      if (file.path().equals(fingerprint) || file.path().startsWith(assets)) {
        files.add(file.path());
      }
    }
    return files;
  }

  /** A number is a version, and says nothing about the model. */
  private String name() {
    String name = directory.isEmpty() ? tree.name() : ModelPaths.name(directory);
    return !directory.isEmpty() && name.matches("\\d+") ? parentName() : name;
  }

  private String parentName() {
    String parent = ModelPaths.parent(directory);
    return parent.isEmpty() ? tree.name() : ModelPaths.name(parent);
  }

  private String in(String path) {
    return ModelPaths.join(directory, path);
  }
}
