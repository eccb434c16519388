package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelReader.MetaGraphs;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A SavedModel's directory, judged by its MetaGraphs and by the files that are there. */
final class SavedModel {
  private static final int MOST_TOLD = 50;

  private final ModelTree tree;
  private final String directory;
  private final MetaGraphs metaGraphs;
  private final Checkpoint variables;
  private final String location;

  /**
   * A SavedModel.
   *
   * @param tree the tree
   * @param file its {@code saved_model.pb}
   * @param metaGraphs what that holds
   */
  SavedModel(ModelTree tree, Artifact file, MetaGraphs metaGraphs) {
    this.tree = tree;
    this.directory = ModelPaths.parent(file.path());
    this.location = file.location().toString();
    this.metaGraphs = metaGraphs;
    this.variables = Checkpoint.find(tree, in("variables/variables"));
  }

  /** Judges it; of several graphs and signatures it takes those that are preferred, if they are there. */
  Verdict verdict(String preferred, Set<String> preferredTags) {
    if (signatures().isEmpty()) {
      return Verdict.refused(
          directory,
          "a TensorFlow SavedModel without signatures",
          "nothing says what its inputs and outputs are, and OpenVINO would make an empty model of it",
          "save it with one: tf.saved_model.save(model, directory, signatures="
              + "model.call.get_concrete_function(tf.TensorSpec([None, 4], tf.float32)))");
    }
    // A graph without variables has an index too, as a rule, but does not need one.
    boolean needed = firstVariable().isPresent() || variables.hasIndex();
    if (needed && !variables.isComplete()) {
      return Verdict.refused(
          directory,
          "a TensorFlow SavedModel without its variables",
          missingVariables(),
          "copy the whole directory of the model, variables/ included");
    }
    return new Verdict.Found(describe(preferred, preferredTags));
  }

  private Optional<Graph> firstVariable() {
    return metaGraphs.all().stream()
        .map(MetaGraph::graph)
        .filter(graph -> graph.variables() > 0)
        .findFirst();
  }

  private String missingVariables() {
    String missing = String.join(", ", variables.missing().stream().limit(3).toList());
    Graph graph = firstVariable().orElse(null);
    return (missing + " missing")
        + (graph == null || graph.firstVariable() == null
            ? ", though variables/variables.index is there"
            : ": the graph has "
                + graph.variables()
                + " variable(s), the first is "
                + Shown.quoted(graph.firstVariable()));
  }

  /** All signatures of all MetaGraphs; which one is converted is settled with the options. */
  private List<ModelSignature> signatures() {
    return metaGraphs.all().stream()
        .flatMap(graph -> graph.signatures().stream()
            .map(signature -> new ModelSignature(
                signature.key(), graph.tags(), signature.inputs(), signature.outputs())))
        .toList();
  }

  private DetectedModel describe(String preferred, Set<String> preferredTags) {
    DetectedModel.Builder found = DetectedModel.builder(
            ModelFormat.TENSORFLOW_SAVED_MODEL, directory)
        .name(name())
        .files(files())
        .signatures(signatures())
        .reason(SavedModelDetector.BINARY + " is a SavedModel with the tags "
            + metaGraphs.all().stream()
                .limit(MOST_TOLD)
                .map(SavedModel::tags)
                .collect(Collectors.joining(" and ")));
    metaGraphs.all().stream()
        .filter(graph -> Set.copyOf(graph.tags()).equals(preferredTags))
        .findFirst()
        .or(metaGraphs::standard)
        .ifPresent(graph -> graph
            .chosen(preferred)
            .ifPresent(chosen -> found
                .inputs(chosen.inputs())
                .outputs(chosen.outputs())
                .attribute("tensorflow.tags", String.join(", ", graph.tags()))
                .attribute("tensorflow.signature", chosen.key())
                .attribute(
                    "tensorflow.signatures",
                    graph.signatures().stream()
                        .limit(MOST_TOLD)
                        .map(signature -> Shown.line(signature.key()))
                        .collect(Collectors.joining(", ")))));
    return found.build();
  }

  private static String tags(MetaGraph graph) {
    return graph.tags().stream()
        .limit(MOST_TOLD)
        .map(Shown::line)
        .collect(Collectors.joining(", "));
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

  /** A number is a version, and says nothing about the model: the directory above is named for it. */
  private String name() {
    String name = directory.isEmpty() ? tree.name() : ModelPaths.name(directory);
    if (!name.matches("\\d+")) {
      return name;
    }
    String[] above = location.split("/", -1);
    // …/model/1/saved_model.pb
    String parent = above.length < 4 ? "" : above[above.length - 3];
    return parent.isEmpty() ? name : parent;
  }

  private String in(String path) {
    return ModelPaths.join(directory, path);
  }
}
