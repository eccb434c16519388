package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.FileScan;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import io.github.fuseml.ovms.core.internal.detect.protobuf.TextProtobuf;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds frozen graphs: a {@code GraphDef} in binary or text form, with constants for variables. */
public final class FrozenGraphDetector implements FormatDetector {
  private static final Map<Integer, String> NAMES = Map.of(1, "node", 2, "library", 4, "versions");

  /** The text of a graph begins with one of its fields, perhaps after comments. */
  private static final Pattern TEXT =
      Pattern.compile("\\A(\\s|#[^\\n]*\\n)*+(node|library|versions)\\s*:?\\s*[{<]");

  private final FileScan scan =
      new FileScan("a frozen graph", Set.of("pb", "pbtxt", "graphdef", "prototxt"), true);

  @Override
  public String id() {
    return ModelFormat.TENSORFLOW_FROZEN_GRAPH.id();
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, FrozenGraphDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    FileBytes bytes = new FileBytes(tree, file);
    boolean text = TEXT.matcher(latin1(tree.head(file))).find();
    if (!text && !GraphReader.looksLikeGraph(ProtobufMessage.of(bytes, NAMES))) {
      return Verdict.declined("does not begin with a node of a GraphDef");
    }
    try {
      Graph graph = text
          ? TextGraphReader.read(new TextProtobuf(bytes))
          : GraphReader.read(ProtobufMessage.of(bytes, NAMES));
      return judge(file, graph, text);
    } catch (MalformedException e) {
      return Verdict.refused(
          file.path(),
          "a damaged TensorFlow graph",
          e.reason(),
          "fetch the file again, or freeze the model again");
    }
  }

  private static Verdict judge(Artifact file, Graph graph, boolean text) {
    String variable = graph.firstVariable();
    if (variable != null) {
      return Verdict.refused(
          file.path(),
          "a TensorFlow graph that is not frozen",
          "its " + graph.variables() + " variable(s), " + Shown.quoted(variable)
              + " first, have no values",
          "freeze it with tf.compat.v1.graph_util.convert_variables_to_constants, or save the model"
              + " with tf.saved_model.save");
    }
    if (graph.nodes() == 0) {
      return Verdict.refused(
          file.path(), "an empty TensorFlow graph", "it has no nodes", "freeze the model again");
    }
    return new Verdict.Found(DetectedModel.builder(ModelFormat.TENSORFLOW_FROZEN_GRAPH, file.path())
        .name(ModelPaths.stem(file.path()))
        .file(file.path())
        .inputs(graph.placeholders())
        .reason(ModelPaths.name(file.path())
            + (text ? " is the text of a GraphDef with " : " is a GraphDef with ")
            + graph.nodes()
            + " node(s)")
        .reason("it has no variables: it is frozen")
        .build());
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
