package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.xml.stream.XMLStreamException;
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
    Reader reader = new Reader();
    try {
      XmlAnswer.read(in, "ListBucketResult", reader::take);
      return reader.listing();
    } catch (NumberFormatException e) {
      throw new IOException("the listing holds a size that is no number", e);
    } catch (IllegalArgumentException e) {
      throw new IOException("the listing holds a name that is not encoded as it says", e);
    }
  }

  /** Takes what a run needs; the SDK makes a tree of the document, for ten times the work. */
  private static final class Reader {
    private static final Set<String> OF_OBJECT = Set.of("Key", "Size", "ETag");
    private static final Set<String> OF_PREFIX = Set.of("Prefix");

    private final List<Entry> objects = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private boolean encoded;
    private boolean truncated;
    private @Nullable String token;

    void take(XmlAnswer xml, String name) throws XMLStreamException, IOException {
      switch (name) {
        case "Contents" -> objects.add(object(xml));
        case "CommonPrefixes" -> prefixes.addAll(xml.texts(OF_PREFIX).values());
        case "EncodingType" -> encoded = xml.text().strip().equals("url");
        case "IsTruncated" -> truncated = Boolean.parseBoolean(xml.text().strip());
        case "NextContinuationToken" -> token = xml.text();
        default -> xml.skip();
      }
    }

    private static Entry object(XmlAnswer answer) throws XMLStreamException, IOException {
      Map<String, String> told = answer.texts(OF_OBJECT);
      String key = told.get("Key");
      String size = told.get("Size");
      if (key == null || size == null) {
        throw new IOException("the listing holds an object without a key or a size");
      }
      return new Entry(key, Long.parseLong(size.strip()), told.get("ETag"));
    }

    Listing listing() throws IOException {
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
  }
}
