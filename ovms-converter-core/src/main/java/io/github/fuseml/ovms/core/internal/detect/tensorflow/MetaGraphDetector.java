package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.FileScan;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds what TensorFlow 1's {@code Saver} writes: a {@code MetaGraphDef} and the checkpoint of the same
 * name beside it.
 */
public final class MetaGraphDetector implements FormatDetector {
  /** A MetaGraph with its checkpoint. */
  public static final ModelFormat FORMAT =
      new ModelFormat("tensorflow.meta_graph", "TensorFlow MetaGraph");

  private static final Map<Integer, String> NAMES =
      Map.of(1, "meta_info_def", 2, "graph_def", 3, "saver_def", 7, "object_graph_def");

  private final FileScan scan = new FileScan("a MetaGraph", Set.of("meta"), false);

  @Override
  public String id() {
    return FORMAT.id();
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, MetaGraphDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    // OpenVINO finds the checkpoint by the name, so another suffix would not do.
    if (!ModelPaths.suffix(file.path()).equals("meta")) {
      return Verdict.declined("is not named .meta");
    }
    FileBytes bytes = new FileBytes(tree, file);
    if (!looksLikeMetaGraph(ProtobufMessage.of(bytes, NAMES))) {
      return Verdict.declined("is not a MetaGraphDef");
    }
    try {
      Graph graph = MetaGraph.read(ProtobufMessage.of(bytes, NAMES)).graph();
      return judge(tree, file, graph);
    } catch (MalformedException e) {
      return Verdict.refused(
          file.path(),
          "a damaged TensorFlow MetaGraph",
          e.reason(),
          "fetch the file again, or save the model with tf.saved_model.save");
    }
  }

  private static boolean looksLikeMetaGraph(ProtobufMessage message) {
    try {
      while (message.next()) {
        if (!message.hasLength()) {
          return false;
        }
        if (message.field() == 2) {
          return GraphReader.looksLikeGraph(message.message());
        }
      }
    } catch (MalformedException e) {
      // Cut off in its graph; before that nothing tells it from another message.
      return message.field() == 2;
    }
    return false;
  }

  private static Verdict judge(ModelTree tree, Artifact file, Graph graph) {
    String prefix = ModelPaths.withSuffix(file.path(), "");
    Checkpoint checkpoint = Checkpoint.find(tree, prefix);
    if (!checkpoint.isComplete()) {
      List<String> missing = checkpoint.missing().stream().limit(3).toList();
      return Verdict.refused(
          file.path(),
          "a TensorFlow MetaGraph without its checkpoint",
          String.join(", ", missing) + " missing: they hold the variables' values",
          "copy the .index and .data files beside it, under the same name");
    }
    return new Verdict.Found(DetectedModel.builder(FORMAT, file.path())
        .name(ModelPaths.stem(file.path()))
        .file(file.path())
        .files(checkpoint.files())
        .inputs(graph.placeholders())
        .reason(ModelPaths.name(file.path())
            + " is a MetaGraphDef with "
            + graph.nodes()
            + " node(s) and "
            + graph.variables()
            + " variable(s)")
        .reason("its checkpoint is beside it, with all shards")
        .build());
  }
}
