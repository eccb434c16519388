package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What WebDAV (RFC 4918) says of a directory: names with exact sizes and revisions. */
final class Dav {
  /** The body of a PROPFIND that asks for no more than is used. */
  static final String PROPERTIES = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
      + "<propfind xmlns=\"DAV:\"><prop>"
      + "<resourcetype/><getcontentlength/><getetag/><getlastmodified/>"
      + "</prop></propfind>";

  private static final String NAMESPACE = "DAV:";

  private Dav() {}

  /** What one {@code response} element says. */
  private static final class Resource {
    final Map<String, String> texts = new HashMap<>();
    boolean isDirectory;

    String text(String name) {
      return texts.getOrDefault(name, "").strip();
    }
  }

  /**
   * Reads the answer to a PROPFIND of the depth 1.
   *
   * @param xml the answer
   * @param page the directory's own address
   * @param directory what the caller named, for messages
   * @return what is in the directory; empty when it is no directory
   * @throws TransferException if it is not what the standard says, or holds a name that is not safe
   */
  static Optional<List<Child>> children(byte[] xml, URI page, Location directory) {
    ChildLinks links = new ChildLinks(page, directory);
    Map<String, Child> children = new LinkedHashMap<>();
    boolean itself = false;
    for (Resource resource : resources(xml, directory)) {
      String href = resource.text("href");
      if (isItself(href, page)) {
        if (!resource.isDirectory) {
          return Optional.empty();
        }
        itself = true;
      } else {
        // Apache lists a name twice when a lock that was taken before the file was made stays
        // behind;
        // of such a lock alone there is no size, and nothing when it is looked for.
        links
            .child(href)
            .map(link -> child(link.name(), resource))
            .ifPresent(child -> children.merge(
                child.name(), child, (first, second) -> second.size() >= 0 ? second : first));
      }
    }
    if (!itself) {
      throw unreadable(directory, "it does not name the directory itself");
    }
    return Optional.of(List.copyOf(children.values()));
  }

  private static boolean isItself(String href, URI page) {
    String path = href.replaceFirst("^(?i)https?://[^/]*", "");
    String withSlash = path.endsWith("/") ? path : path + "/";
    return UrlText.decode(withSlash).equals(UrlText.decode(page.getRawPath()));
  }

  private static Child child(String name, Resource resource) {
    if (resource.isDirectory) {
      return Child.directory(name);
    }
    String length = resource.text("getcontentlength");
    String etag = resource.text("getetag");
    return new Child(
        name,
        false,
        length.matches("\\d{1,18}") ? Long.parseLong(length) : -1,
        Validator.revision(etag.isEmpty() ? null : etag, resource.text("getlastmodified")));
  }

  private static List<Resource> resources(byte[] xml, Location directory) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    List<Resource> resources = new ArrayList<>();
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamConstants.START_ELEMENT
            && NAMESPACE.equals(reader.getNamespaceURI())) {
          read(reader, resources);
        }
      }
    } catch (XMLStreamException e) {
      throw unreadable(directory, "it is no XML");
    }
    return resources;
  }

  /** Properties that the server does not have stand there too, empty. */
  private static void read(XMLStreamReader reader, List<Resource> resources)
      throws XMLStreamException {
    String name = reader.getLocalName();
    if (name.equals("response")) {
      resources.add(new Resource());
      return;
    }
    if (resources.isEmpty()) {
      return;
    }
    Resource resource = resources.get(resources.size() - 1);
    switch (name) {
      case "collection" -> resource.isDirectory = true;
      case "href", "getcontentlength", "getetag", "getlastmodified" -> {
        String text = reader.getElementText();
        resource.texts.merge(name, text, (first, more) -> first.isBlank() ? more : first);
      }
      default -> {
        // A container, or a property that nobody asked for.
      }
    }
  }

  private static TransferException unreadable(Location directory, String found) {
    return new TransferException(Problem.of("read the WebDAV listing of")
        .on(directory)
        .found(found)
        .remedy("look into the configuration of the server, or of the proxy before it"));
  }
}
