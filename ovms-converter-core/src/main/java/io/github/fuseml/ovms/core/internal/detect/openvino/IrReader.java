package io.github.fuseml.ovms.core.internal.detect.openvino;

import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.FileStream;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads an IR's description as a stream of elements. There is no document type and no entity in an IR:
 * a file that has one is refused.
 */
final class IrReader {
  private static final int DEEPEST = 200;
  private static final int MOST_ELEMENTS = 20_000_000;
  private static final int MOST_NAMES = 1_000_000;
  private static final int MOST_INPUTS_AND_OUTPUTS = 20_000;

  /** Several times what the largest language models have; a parser may hold all of it. */
  private static final int LARGEST = 64 << 20;

  private final Deque<String> path = new ArrayDeque<>();
  private final Map<String, String> portNames = new HashMap<>();
  private final Map<String, String> edges = new HashMap<>();
  private final List<IrLayer> parameters = new ArrayList<>();
  private final List<IrLayer> results = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private IrLayer layer = new IrLayer("", "", "");
  private int version;
  private int layers;
  private int elements;
  private long weights;
  private boolean complete;

  private IrReader() {}

  static Ir read(FileBytes bytes) throws MalformedException {
    if (bytes.size() > LARGEST) {
      throw new MalformedException(
          "it has " + bytes.size() + " bytes, more than the " + LARGEST + " that are read");
    }
    IrReader reader = new IrReader();
    try {
      // Decoded here: the parser's own decoder prints its complaints to the standard error stream.
      Reader text = new InputStreamReader(new FileStream(bytes), StandardCharsets.UTF_8);
      XMLStreamReader xml = factory().createXMLStreamReader(text);
      reader.read(xml);
      xml.close();
    } catch (XMLStreamException e) {
      throw new MalformedException("it is no well-formed XML" + place(e));
    }
    if (!reader.complete) {
      throw new MalformedException("it has no <layers> with a version");
    }
    return reader.toIr();
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    // From JDK 24 on the parser has a bound of its own, lower than ours and without a clear
    // message.
    factory.setProperty("jdk.xml.maxElementDepth", "0");
    return factory;
  }

  private static String place(XMLStreamException e) {
    return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNumber();
  }

  private void read(XMLStreamReader xml) throws XMLStreamException, MalformedException {
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> start(xml);
        case XMLStreamConstants.END_ELEMENT -> end();
        case XMLStreamConstants.CHARACTERS -> {
          if (text.length() < 100) {
            text.append(xml.getText(), 0, Math.min(xml.getTextLength(), 100));
          }
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
          throw new MalformedException("it has a document type or an entity, which no IR has");
        default -> {}
      }
    }
  }

  private void start(XMLStreamReader xml) throws MalformedException {
    text.setLength(0);
    String name = xml.getLocalName();
    if (++elements > MOST_ELEMENTS || path.size() >= DEEPEST) {
      throw new MalformedException("it has too many elements, or nests them too deep");
    }
    path.addLast(name);
    // A <body> has layers too; their constants count, their parameters and results do not.
    if (name.equals("data") && xml.getAttributeValue(null, "offset") != null) {
      constant(xml);
    }
    switch (path.size()) {
      case 1 -> version = number(attribute(xml, "version", "0"));
      case 2 -> complete |= name.equals("layers");
      case 3 -> layerOrEdge(xml, name);
      case 4 -> {
        if (name.equals("data")) {
          layer.data(
              xml.getAttributeValue(null, "element_type"), xml.getAttributeValue(null, "shape"));
        }
      }
      case 5 -> {
        if (name.equals("port")) {
          port(xml);
        }
      }
      default -> {}
    }
  }

  private void layerOrEdge(XMLStreamReader xml, String name) throws MalformedException {
    if (name.equals("layer")) {
      layers++;
      layer = new IrLayer(
          attribute(xml, "id", ""), attribute(xml, "name", ""), attribute(xml, "output_names", ""));
      switch (attribute(xml, "type", "")) {
        case "Parameter" -> parameters.add(layer);
        case "Result" -> results.add(layer);
        default -> {}
      }
      if (parameters.size() + results.size() > MOST_INPUTS_AND_OUTPUTS) {
        throw new MalformedException(
            "it has more than " + MOST_INPUTS_AND_OUTPUTS + " inputs and outputs");
      }
    } else if (name.equals("edge") && edges.size() < MOST_NAMES) {
      edges.put(
          attribute(xml, "to-layer", ""),
          attribute(xml, "from-layer", "") + ":" + attribute(xml, "from-port", ""));
    }
  }

  private void port(XMLStreamReader xml) {
    String names = attribute(xml, "names", "");
    layer.port(attribute(xml, "precision", ""), names);
    if (!names.isEmpty() && portNames.size() < MOST_NAMES) {
      portNames.put(layer.id() + ":" + attribute(xml, "id", ""), names);
    }
  }

  private void constant(XMLStreamReader xml) throws MalformedException {
    try {
      long offset = Long.parseLong(attribute(xml, "offset", "0"));
      long size = Long.parseLong(attribute(xml, "size", "0"));
      if (offset >= 0 && size >= 0) {
        weights = Math.max(weights, Math.addExact(offset, size));
        return;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // The same complaint as for a negative number.
    }
    throw new MalformedException("a constant has no valid offset and size");
  }

  private void end() throws MalformedException {
    if (path.size() == 6 && path.getLast().equals("dim")) {
      layer.dimension(IrShapes.dimension(text.toString()));
    }
    path.removeLast();
    text.setLength(0);
  }

  private Ir toIr() throws MalformedException {
    List<TensorSpec> inputs = new ArrayList<>();
    for (IrLayer parameter : parameters) {
      inputs.add(parameter.toSpec(null));
    }
    List<TensorSpec> outputs = new ArrayList<>();
    for (IrLayer result : results) {
      // A result has no name of its own: it goes by the names of the port that feeds it.
      String source = edges.get(result.id());
      outputs.add(result.toSpec(source == null ? null : portNames.get(source)));
    }
    return new Ir(version, layers, weights, inputs, outputs);
  }

  private static String attribute(XMLStreamReader xml, String name, String otherwise) {
    @Nullable String value = xml.getAttributeValue(null, name);
    return value == null ? otherwise : value;
  }

  private static int number(String text) throws MalformedException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new MalformedException("its version is no number");
    }
  }
}
