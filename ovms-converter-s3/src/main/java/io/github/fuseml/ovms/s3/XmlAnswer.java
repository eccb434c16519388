package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** A service's answer in XML, gone through once from its beginning to its end. */
final class XmlAnswer {
  private final XMLStreamReader xml;

  private XmlAnswer(XMLStreamReader xml) {
    this.xml = xml;
  }

  /** Takes what is inside the present element. */
  @FunctionalInterface
  interface Inside {
    void take(XmlAnswer xml, String name) throws XMLStreamException, IOException;
  }

  /**
   * Reads an answer.
   *
   * @param root the name of the outermost element
   * @param inside takes each of the elements in it: reads its text or what is inside it, or skips it
   * @throws IOException when it cannot be read, is cut, or is none of that name
   */
  static void read(InputStream in, String root, Inside inside) throws IOException {
    try {
      XmlAnswer answer = new XmlAnswer(reader(in));
      answer.xml.nextTag();
      if (!answer.xml.getLocalName().equals(root)) {
        throw new IOException(
            "the answer is no " + root + " but a '" + answer.xml.getLocalName() + "'");
      }
      answer.each(inside);
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("the answer is no XML, or is cut", e);
    }
  }

  static XMLStreamReader reader(InputStream in) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory.createXMLStreamReader(in);
  }

  /** Gives out what is inside the present element, one after the other, up to its end. */
  void each(Inside inside) throws XMLStreamException, IOException {
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      inside.take(this, xml.getLocalName());
    }
  }

  /** The text of the present element, which has nothing else inside. */
  String text() throws XMLStreamException {
    return xml.getElementText();
  }

  /** The texts of those elements inside the present one that have these names. */
  Map<String, String> texts(Set<String> names) throws XMLStreamException, IOException {
    Map<String, String> texts = new HashMap<>();
    each((xml, name) -> {
      if (names.contains(name)) {
        texts.put(name, xml.text());
      } else {
        xml.skip();
      }
    });
    return texts;
  }

  /** Passes over the present element. */
  void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
  }
}
