package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;

/** Reads a binary {@code GraphDef}: names and operations, and of placeholders their attributes. */
final class GraphReader {
  private static final int NODE = 1;
  private static final int LIBRARY = 2;
  private static final int VERSION = 3;
  private static final int VERSIONS = 4;
  private static final int DEBUG_INFO = 5;

  private final Graph graph = new Graph();

  private GraphReader() {}

  static Graph read(ProtobufMessage message) throws MalformedException {
    GraphReader reader = new GraphReader();
    reader.graphDef(message);
    return reader.graph;
  }

  /**
   * Whether a message begins like a {@code GraphDef}.
   *
   * @param message the message
   * @return true if its first node is one
   */
  static boolean looksLikeGraph(ProtobufMessage message) {
    try {
      while (message.next()) {
        if (message.field() == NODE) {
          new GraphReader().node(message);
          return true;
        }
        if (!message.hasLength() && message.field() != VERSION) {
          return false;
        }
      }
    } catch (MalformedException e) {
      // It is something else, or nothing at all.
    }
    return false;
  }

  private void graphDef(ProtobufMessage message) throws MalformedException {
    while (message.next()) {
      switch (message.field()) {
        case NODE -> node(message);
        case LIBRARY -> library(message.message());
        case VERSION, VERSIONS, DEBUG_INFO -> {}
        default ->
          throw new MalformedException("field " + message.field() + " is none that a GraphDef has");
      }
    }
  }

  private void library(ProtobufMessage library) throws MalformedException {
    while (library.next()) {
      if (library.field() == 1) {
        ProtobufMessage function = library.message();
        while (function.next()) {
          if (function.field() == 3) {
            inner(function);
          }
        }
      }
    }
  }

  /** A node of a function: it may use variables, but its placeholders are no inputs. */
  private void inner(ProtobufMessage parent) throws MalformedException {
    NameAndOp node = nameAndOp(parent.message());
    graph.node(node.name, node.op);
  }

  private void node(ProtobufMessage parent) throws MalformedException {
    NameAndOp node = nameAndOp(parent.message());
    graph.node(node.name, node.op);
    if (Graph.isPlaceholder(node.op)) {
      graph.placeholder(placeholder(node.name, parent.message()));
    }
  }

  private record NameAndOp(String name, String op) {}

  /** Stops at the operation, so that a constant's attribute is not read. */
  private static NameAndOp nameAndOp(ProtobufMessage node) throws MalformedException {
    String name = "";
    String op = "";
    while ((name.isEmpty() || op.isEmpty()) && node.next()) {
      switch (node.field()) {
        case 1 -> name = node.text();
        case 2 -> op = node.text();
        default -> {}
      }
    }
    return new NameAndOp(name, op);
  }

  private static TensorSpec placeholder(String name, ProtobufMessage node)
      throws MalformedException {
    ElementType type = ElementType.DYNAMIC;
    PartialShape shape = PartialShape.UNKNOWN;
    while (node.next()) {
      if (node.field() != 5) {
        continue;
      }
      ProtobufMessage attribute = node.message();
      String key = "";
      while (attribute.next()) {
        if (attribute.field() == 1) {
          key = attribute.text();
        } else if (attribute.field() == 2 && key.equals("dtype")) {
          type = type(attribute.message());
        } else if (attribute.field() == 2 && key.equals("shape")) {
          shape = shape(attribute.message());
        }
      }
    }
    return new TensorSpec(name + ":0", type, shape);
  }

  private static ElementType type(ProtobufMessage value) throws MalformedException {
    ElementType type = ElementType.DYNAMIC;
    while (value.next()) {
      if (value.field() == 6) {
        type = TensorFlowTypes.element(value.number());
      }
    }
    return type;
  }

  private static PartialShape shape(ProtobufMessage value) throws MalformedException {
    PartialShape shape = PartialShape.UNKNOWN;
    while (value.next()) {
      if (value.field() == 7) {
        shape = TensorFlowTypes.shape(value.message());
      }
    }
    return shape;
  }
}
