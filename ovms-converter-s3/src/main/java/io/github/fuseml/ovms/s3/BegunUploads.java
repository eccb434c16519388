package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;

/**
 * One page of the uploads in parts that were begun, and neither finished nor aborted.
 *
 * @param uploads those of which the service tells when they began
 * @param nextKey with {@code nextId}, where the page after this one begins; null when this is the last
 */
record BegunUploads(
    List<Upload> uploads,
    @Nullable String nextKey,
    @Nullable String nextId) {
  /** An upload. */
  record Upload(String key, String id, Instant initiated) {}

  /** Where the page after this one begins; null when this is the last. */
  @Nullable
  List<String> next() {
    return nextKey == null ? null : List.of(nextKey, Objects.requireNonNullElse(nextId, ""));
  }

  /** The same, as the SDK's client has read it. */
  static BegunUploads of(ListMultipartUploadsResponse page) {
    boolean more = Boolean.TRUE.equals(page.isTruncated());
    return new BegunUploads(
        page.uploads().stream()
            .filter(upload -> upload.initiated() != null)
            .map(upload -> new Upload(upload.key(), upload.uploadId(), upload.initiated()))
            .toList(),
        more ? page.nextKeyMarker() : null,
        more ? page.nextUploadIdMarker() : null);
  }

  /**
   * Reads a page as it arrives (S3's API reference, "ListMultipartUploads", response syntax).
   *
   * @throws IOException when it cannot be read, is cut, or is no such page
   */
  static BegunUploads read(InputStream in) throws IOException {
    Reader reader = new Reader();
    XmlAnswer.read(in, "ListMultipartUploadsResult", reader::take);
    return new BegunUploads(
        reader.uploads,
        reader.truncated ? reader.nextKey : null,
        reader.truncated ? reader.nextId : null);
  }

  private static final class Reader {
    private static final Set<String> OF_UPLOAD = Set.of("Key", "UploadId", "Initiated");

    private final List<Upload> uploads = new ArrayList<>();
    private boolean truncated;
    private @Nullable String nextKey;
    private @Nullable String nextId;

    void take(XmlAnswer xml, String name) throws XMLStreamException, IOException {
      switch (name) {
        case "Upload" -> takeUpload(xml);
        case "IsTruncated" -> truncated = Boolean.parseBoolean(xml.text().strip());
        case "NextKeyMarker" -> nextKey = xml.text();
        case "NextUploadIdMarker" -> nextId = xml.text();
        default -> xml.skip();
      }
    }

    private void takeUpload(XmlAnswer answer) throws XMLStreamException, IOException {
      Map<String, String> told = answer.texts(OF_UPLOAD);
      String key = told.get("Key");
      String id = told.get("UploadId");
      String initiated = told.get("Initiated");
      if (key != null && id != null && initiated != null) {
        try {
          uploads.add(new Upload(key, id, Instant.parse(initiated.strip())));
        } catch (DateTimeException e) {
          // Of unknown age, and may be alive.
        }
      }
    }
  }
}
