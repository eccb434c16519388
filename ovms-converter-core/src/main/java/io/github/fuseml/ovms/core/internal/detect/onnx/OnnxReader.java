package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks a whole ONNX model: external data may be referred to from any tensor, be it an initializer, an
 * attribute, or either of them in a subgraph or function. Field numbers are those of {@code
 * onnx.proto}; the tensors' own data is skipped, and so is the training information, which no engine
 * for inference reads.
 */
final class OnnxReader {
  private static final int MOST_TENSORS = 250_000;
  private static final int MOST_VALUES = 10_000;
  private static final int EXTERNAL = 1;

  private final OnnxOperators operators = new OnnxOperators();
  private final ExternalData externalData = new ExternalData();
  private final Set<String> initializers = new HashSet<>();
  private final List<TensorSpec> inputs = new ArrayList<>();
  private final List<TensorSpec> outputs = new ArrayList<>();
  private final TreeMap<String, Long> opsets = new TreeMap<>();
  private String producer = "";
  private String producerVersion = "";
  private long irVersion;
  private int nodes;
  private int tensors;

  private OnnxReader() {}

  static OnnxModel read(FileBytes bytes) throws MalformedException {
    OnnxReader reader = new OnnxReader();
    reader.model(ProtobufMessage.of(bytes, OnnxHeader.NAMES));
    reader.inputs.removeIf(input -> reader.initializers.contains(input.name()));
    return new OnnxModel(
        reader.irVersion,
        reader.opsets.getOrDefault("", 0L),
        reader.domains(),
        reader.operators.foreign(),
        (reader.producer + " " + reader.producerVersion).strip(),
        reader.nodes,
        reader.inputs,
        reader.outputs,
        reader.externalData);
  }

  private String domains() {
    List<String> domains = new ArrayList<>();
    opsets.forEach((domain, version) -> {
      if (!domain.isEmpty() && domains.size() < 20) {
        domains.add(Shown.line(domain) + " " + version);
      }
    });
    return String.join(", ", domains);
  }

  private void model(ProtobufMessage model) throws MalformedException {
    while (model.next()) {
      switch (model.field()) {
        case OnnxHeader.IR_VERSION -> irVersion = model.number();
        case OnnxHeader.PRODUCER_NAME -> producer = model.text();
        case OnnxHeader.PRODUCER_VERSION -> producerVersion = model.text();
        case OnnxHeader.GRAPH -> graph(model.message(), true);
        case OnnxHeader.OPSET_IMPORT -> opsetImport(model.message());
        case OnnxHeader.FUNCTIONS -> function(model.message());
        default -> {}
      }
    }
  }

  private void opsetImport(ProtobufMessage opset) throws MalformedException {
    String domain = "";
    long version = 0;
    while (opset.next()) {
      switch (opset.field()) {
        case 1 -> domain = opset.text();
        case 2 -> version = opset.number();
        default -> {}
      }
    }
    if (opsets.size() < MOST_VALUES) {
      opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
    }
  }

  private void function(ProtobufMessage function) throws MalformedException {
    while (function.next()) {
      switch (function.field()) {
        case 7 -> node(function.message());
        case 10 -> operators.define(function.text());
        case 11 -> attribute(function.message());
        default -> {}
      }
    }
  }

  private void graph(ProtobufMessage graph, boolean outermost) throws MalformedException {
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> node(graph.message());
        case 5 -> initializer(tensor(graph.message()), outermost);
        case 15 -> initializer(sparseTensor(graph.message()), outermost);
        case 11 -> value(graph, outermost, inputs);
        case 12 -> value(graph, outermost, outputs);
        default -> {}
      }
    }
  }

  private void initializer(String name, boolean outermost) {
    if (outermost) {
      initializers.add(name);
    }
  }

  private static void value(ProtobufMessage graph, boolean outermost, List<TensorSpec> values)
      throws MalformedException {
    if (!outermost) {
      return;
    }
    if (values.size() >= MOST_VALUES) {
      throw new MalformedException("its graph has more than " + MOST_VALUES + " inputs or outputs");
    }
    values.add(OnnxValues.read(graph.message()));
  }

  private void node(ProtobufMessage node) throws MalformedException {
    nodes++;
    String operator = "";
    while (node.next()) {
      switch (node.field()) {
        case 4 -> operator = node.text();
        case 5 -> attribute(node.message());
        case 7 -> operators.use(node.text(), operator);
        default -> {}
      }
    }
  }

  private void attribute(ProtobufMessage attribute) throws MalformedException {
    while (attribute.next()) {
      switch (attribute.field()) {
        case 5, 10 -> tensor(attribute.message());
        case 6, 11 -> graph(attribute.message(), false);
        case 22, 23 -> sparseTensor(attribute.message());
        default -> {}
      }
    }
  }

  private String sparseTensor(ProtobufMessage sparse) throws MalformedException {
    String name = "";
    while (sparse.next()) {
      switch (sparse.field()) {
        case 1 -> name = tensor(sparse.message());
        case 2 -> tensor(sparse.message());
        default -> {}
      }
    }
    return name;
  }

  private String tensor(ProtobufMessage tensor) throws MalformedException {
    if (++tensors > MOST_TENSORS) {
      throw new MalformedException("it has more than " + MOST_TENSORS + " tensors");
    }
    String name = "";
    boolean external = false;
    ExternalData.Reference reference = new ExternalData.Reference();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 8 -> name = tensor.text();
        case 13 -> entry(tensor.message(), reference);
        case 14 -> external = tensor.number() == EXTERNAL;
        default -> {}
      }
    }
    if (external) {
      externalData.add(name, reference);
    }
    return name;
  }

  private static void entry(ProtobufMessage entry, ExternalData.Reference reference)
      throws MalformedException {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.text();
        case 2 -> value = entry.text();
        default -> {}
      }
    }
    switch (key) {
      case "location" -> reference.location = value;
      case "offset" -> reference.offset = value;
      case "length" -> reference.length = value;
      default -> {}
    }
  }
}
