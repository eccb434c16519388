package io.github.fuseml.ovms.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * What is said in XML about an upload in parts (S3's API reference, "CreateMultipartUpload" and
 * "CompleteMultipartUpload").
 */
final class PartsXml {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private PartsXml() {}

  /**
   * Reads the identifier of an upload that was begun.
   *
   * @throws IOException when the answer cannot be read, or has none
   */
  static String readUploadId(InputStream in) throws IOException {
    StringBuilder id = new StringBuilder();
    XmlAnswer.read(in, "InitiateMultipartUploadResult", (xml, name) -> {
      if (name.equals("UploadId")) {
        id.append(xml.text());
      } else {
        xml.skip();
      }
    });
    if (id.isEmpty()) {
      throw new IOException("the answer has no identifier of an upload");
    }
    return id.toString();
  }

  /** The parts that an object is to be made of, in their order. */
  static byte[] of(List<CompletedPart> parts) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory()
          .createXMLStreamWriter(text, StandardCharsets.UTF_8.name());
      xml.writeStartElement("CompleteMultipartUpload");
      xml.writeDefaultNamespace(NAMESPACE);
      for (CompletedPart part : parts) {
        xml.writeStartElement("Part");
        write(xml, "PartNumber", part.partNumber().toString());
        write(xml, "ETag", part.eTag());
        if (part.checksumCRC32C() != null) {
          write(xml, "ChecksumCRC32C", part.checksumCRC32C());
        }
        xml.writeEndElement();
      }
      xml.writeEndElement();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e); // Nothing is written to but memory.
    }
    return text.toByteArray();
  }

  private static void write(XMLStreamWriter xml, String name, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }
}
