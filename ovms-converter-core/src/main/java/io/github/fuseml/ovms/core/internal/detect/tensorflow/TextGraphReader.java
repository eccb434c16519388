package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.TextProtobuf;
import io.github.fuseml.ovms.core.internal.detect.protobuf.TextProtobuf.Event;
import java.util.ArrayList;
import java.util.List;

/** Reads a {@code GraphDef} in protobuf's text form. */
final class TextGraphReader {
  private final TextProtobuf text;
  private final Graph graph = new Graph();

  private TextGraphReader(TextProtobuf text) {
    this.text = text;
  }

  static Graph read(TextProtobuf text) throws MalformedException {
    TextGraphReader reader = new TextGraphReader(text);
    for (Event event = text.next(); event != Event.END; event = text.next()) {
      if (event != Event.OPEN) {
        continue;
      }
      switch (text.name()) {
        case "node" -> reader.node();
        case "library" -> reader.library();
        default -> text.skip();
      }
    }
    return reader.graph;
  }

  private void library() throws MalformedException {
    for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
      if (event == Event.OPEN && text.name().equals("function")) {
        function();
      } else if (event == Event.OPEN) {
        text.skip();
      }
    }
  }

  private void function() throws MalformedException {
    for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
      if (event == Event.OPEN && text.name().equals("node_def")) {
        Node node = new Node();
        graph.node(node.name, node.op);
      } else if (event == Event.OPEN) {
        text.skip();
      }
    }
  }

  private void node() throws MalformedException {
    Node node = new Node();
    graph.node(node.name, node.op);
    if (Graph.isPlaceholder(node.op)) {
      graph.placeholder(new TensorSpec(node.name + ":0", node.type, node.shape));
    }
  }

  /** Reads one node up to its end. */
  private final class Node {
    private String name = "";
    private String op = "";
    private ElementType type = ElementType.DYNAMIC;
    private PartialShape shape = PartialShape.UNKNOWN;

    private Node() throws MalformedException {
      for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
        if (event == Event.OPEN && text.name().equals("attr")) {
          attribute();
        } else if (event == Event.OPEN) {
          text.skip();
        } else if (text.name().equals("name")) {
          name = text.value();
        } else if (text.name().equals("op")) {
          op = text.value();
        }
      }
    }

    private void attribute() throws MalformedException {
      String key = "";
      for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
        if (event == Event.OPEN && (key.equals("dtype") || key.equals("shape"))) {
          value(key);
        } else if (event == Event.OPEN) {
          text.skip();
        } else if (text.name().equals("key")) {
          key = text.value();
        }
      }
    }

    private void value(String key) throws MalformedException {
      for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
        if (event == Event.OPEN && key.equals("shape") && text.name().equals("shape")) {
          shape = shape();
        } else if (event == Event.OPEN) {
          text.skip();
        } else if (key.equals("dtype") && text.name().equals("type")) {
          type = TensorFlowTypes.element(text.value());
        }
      }
    }

    private PartialShape shape() throws MalformedException {
      List<Dimension> dimensions = new ArrayList<>();
      boolean unknownRank = false;
      for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
        if (event == Event.OPEN) {
          TensorFlowTypes.add(dimensions, size());
        } else if (text.name().equals("unknown_rank")) {
          unknownRank = text.value().equals("true");
        }
      }
      return unknownRank ? PartialShape.UNKNOWN : new PartialShape(dimensions);
    }

    private long size() throws MalformedException {
      long size = 0;
      for (Event event = text.next(); event != Event.CLOSE; event = text.next()) {
        if (event == Event.OPEN) {
          text.skip();
        } else if (text.name().equals("size")) {
          size = number(text.value());
        }
      }
      return size;
    }

    private static long number(String text) throws MalformedException {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new MalformedException("a dimension's size is no number");
      }
    }
  }
}
