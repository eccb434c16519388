package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code saved_model.pb} and chooses its MetaGraph as OpenVINO does. */
final class SavedModelReader {
  private static final int MOST_META_GRAPHS = 100;
  private static final String SERVE = "serve";

  private SavedModelReader() {}

  static MetaGraph read(FileBytes bytes) throws MalformedException {
    ProtobufMessage message =
        ProtobufMessage.of(bytes, Map.of(1, "saved_model_schema_version", 2, "meta_graphs"));
    List<MetaGraph> metaGraphs = new ArrayList<>();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> message.number();
        case 2 -> metaGraphs.add(MetaGraph.read(message.message()));
        default ->
          throw new MalformedException(
              "field " + message.field() + " is none that a SavedModel has");
      }
      if (metaGraphs.size() > MOST_META_GRAPHS) {
        throw new MalformedException("it has more than " + MOST_META_GRAPHS + " MetaGraphs");
      }
    }
    return choose(metaGraphs);
  }

  private static MetaGraph choose(List<MetaGraph> metaGraphs) throws MalformedException {
    for (MetaGraph metaGraph : metaGraphs) {
      if (!metaGraph.tags().isEmpty() && metaGraph.tags().stream().allMatch(SERVE::equals)) {
        return metaGraph;
      }
    }
    if (metaGraphs.size() == 1) {
      return metaGraphs.get(0);
    }
    for (MetaGraph metaGraph : metaGraphs) {
      if (metaGraph.tags().isEmpty()) {
        return metaGraph;
      }
    }
    throw new MalformedException(
        metaGraphs.isEmpty()
            ? "it has no MetaGraph"
            : "none of its MetaGraphs has the tag 'serve' alone, the first has "
                + Shown.quoted(String.join(", ", metaGraphs.get(0).tags())));
  }
}
