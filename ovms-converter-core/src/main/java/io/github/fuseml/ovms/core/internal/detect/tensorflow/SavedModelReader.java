package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the MetaGraphs of {@code saved_model.pb} and tells which one OpenVINO chooses. */
final class SavedModelReader {
  private static final int MOST_META_GRAPHS = 100;
  private static final String SERVE = "serve";

  private SavedModelReader() {}

  /**
   * What a SavedModel holds.
   *
   * @param all its MetaGraphs, at least one
   * @param standard the one that OpenVINO reads; empty where somebody has to choose
   */
  record MetaGraphs(List<MetaGraph> all, Optional<MetaGraph> standard) {}

  static MetaGraphs read(FileBytes bytes) throws MalformedException {
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
    if (metaGraphs.isEmpty()) {
      throw new MalformedException("it has no MetaGraph");
    }
    return new MetaGraphs(metaGraphs, standard(metaGraphs));
  }

  private static Optional<MetaGraph> standard(List<MetaGraph> metaGraphs) {
    for (MetaGraph metaGraph : metaGraphs) {
      if (!metaGraph.tags().isEmpty() && metaGraph.tags().stream().allMatch(SERVE::equals)) {
        return Optional.of(metaGraph);
      }
    }
    return metaGraphs.size() == 1
        ? Optional.of(metaGraphs.get(0))
        : metaGraphs.stream().filter(metaGraph -> metaGraph.tags().isEmpty()).findFirst();
  }
}
