package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A {@code MetaGraphDef}: a graph with its tags and signatures.
 *
 * @param tags its tags
 * @param signatures its usable signatures, sorted by name
 * @param graph its graph
 */
record MetaGraph(List<String> tags, List<SignatureDef> signatures, Graph graph) {
  private static final int MOST = 10_000;

  static MetaGraph read(ProtobufMessage message) throws MalformedException {
    List<String> tags = new ArrayList<>();
    List<SignatureDef> signatures = new ArrayList<>();
    Graph graph = new Graph();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> readTags(message.message(), tags);
        case 2 -> graph = GraphReader.read(message.message());
        case 5 -> signatures.add(SignatureReader.read(message.message()));
        default -> {}
      }
      if (signatures.size() > MOST || tags.size() > MOST) {
        throw new MalformedException("it has more than " + MOST + " signatures or tags");
      }
    }
    signatures.removeIf(signature -> !signature.isUsable());
    signatures.sort(Comparator.comparing(SignatureDef::key));
    return new MetaGraph(tags, signatures, graph);
  }

  private static void readTags(ProtobufMessage info, List<String> tags) throws MalformedException {
    while (info.next() && tags.size() <= MOST) {
      if (info.field() == 4) {
        tags.add(info.text());
      }
    }
  }

  /** The signature to convert: the one that is preferred, the default one, else the first by name. */
  Optional<SignatureDef> chosen(String preferred) {
    return named(preferred)
        .or(() -> named(SignatureDef.DEFAULT))
        .or(() -> signatures.stream().findFirst());
  }

  private Optional<SignatureDef> named(String key) {
    return signatures.stream().filter(signature -> signature.key().equals(key)).findFirst();
  }
}
