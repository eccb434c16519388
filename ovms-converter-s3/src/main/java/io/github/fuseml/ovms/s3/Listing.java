package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * One page of a listing.
 *
 * @param objects the objects, in the order of the answer
 * @param prefixes what the keys begin with that were rolled up by the delimiter
 * @param next the token of the page after this one; null when this is the last
 */
record Listing(
    List<Entry> objects, List<String> prefixes, @Nullable String next) {
  /**
   * An object in a listing.
   *
   * @param key its key, decoded
   * @param size its bytes
   * @param etag its ETag as the service writes it; null when it tells none
   */
  record Entry(String key, long size, @Nullable String etag) {}

  /** The same, as the SDK's client has read it. */
  static Listing of(ListObjectsV2Response page) {
    return new Listing(
        page.contents().stream()
            .map(object -> new Entry(object.key(), object.size(), object.eTag()))
            .toList(),
        page.commonPrefixes().stream().map(CommonPrefix::prefix).toList(),
        Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null);
  }

  /**
   * Reads a page as it arrives (S3's API reference, "ListObjectsV2", response syntax).
   *
   * @throws IOException when it cannot be read, is cut, or is no listing
   */
  static Listing read(InputStream in) throws IOException {
    try {
      return new Reader(Answers.reader(in)).page();
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("the listing is no XML, or is cut", e);
    } catch (NumberFormatException e) {
      throw new IOException("the listing holds a size that is no number", e);
    } catch (IllegalArgumentException e) {
      throw new IOException("the listing holds a name that is not encoded as it says", e);
    }
  }

  /** Goes through the document once; the SDK makes a tree of it, for ten times the work. */
  private static final class Reader {
    private final XMLStreamReader xml;
    private final List<Entry> objects = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private boolean encoded;
    private boolean truncated;
    private @Nullable String token;

    Reader(XMLStreamReader xml) {
      this.xml = xml;
    }

    Listing page() throws XMLStreamException, IOException {
      xml.nextTag();
      if (!xml.getLocalName().equals("ListBucketResult")) {
        throw new IOException("the answer is no listing but a '" + xml.getLocalName() + "'");
      }
      while (isInside()) {
        switch (xml.getLocalName()) {
          case "Contents" -> objects.add(object());
          case "CommonPrefixes" -> prefix();
          case "EncodingType" -> encoded = xml.getElementText().strip().equals("url");
          case "IsTruncated" ->
            truncated = Boolean.parseBoolean(xml.getElementText().strip());
          case "NextContinuationToken" -> token = xml.getElementText();
          default -> skip();
        }
      }
      if (truncated && token == null) {
        throw new IOException("the listing goes on, and does not say from where");
      }
      // The encoding may be told behind the names.
      UnaryOperator<String> decoder = encoded ? SdkHttpUtils::urlDecode : UnaryOperator.identity();
      return new Listing(
          objects.stream()
              .map(one -> new Entry(decoder.apply(one.key()), one.size(), one.etag()))
              .toList(),
          prefixes.stream().map(decoder).toList(),
          truncated ? token : null);
    }

    /** Goes to the next element inside the present one, or to the end of that. */
    private boolean isInside() throws XMLStreamException {
      return xml.nextTag() == XMLStreamConstants.START_ELEMENT;
    }

    private Entry object() throws XMLStreamException, IOException {
      String key = null;
      String size = null;
      String etag = null;
      while (isInside()) {
        switch (xml.getLocalName()) {
          case "Key" -> key = xml.getElementText();
          case "Size" -> size = xml.getElementText();
          case "ETag" -> etag = xml.getElementText();
          default -> skip();
        }
      }
      if (key == null || size == null) {
        throw new IOException("the listing holds an object without a key or a size");
      }
      return new Entry(key, Long.parseLong(size.strip()), etag);
    }

    private void prefix() throws XMLStreamException {
      while (isInside()) {
        if (xml.getLocalName().equals("Prefix")) {
          prefixes.add(xml.getElementText());
        } else {
          skip();
        }
      }
    }

    /** Passes over the element that has just begun. */
    private void skip() throws XMLStreamException {
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
}
