package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponse;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The objects of Google Cloud Storage. The revision of an artifact is a {@link GcsRevision}. */
final class GcsStore implements ArtifactStore {
  private static final Set<StoreCapability> CAPABILITIES = Set.of(
      StoreCapability.WRITE,
      StoreCapability.CREATE_ONLY,
      StoreCapability.CONTENT_REVISION,
      StoreCapability.CONDITIONAL_REPLACE);

  private final GcsSession session;
  private volatile boolean closed;

  private GcsStore(GcsSession session) {
    this.session = session;
  }

  static ArtifactStore open(GcsSettings settings) {
    return new GcsStore(new GcsSession(settings));
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return CAPABILITIES;
  }

  private GcsLocation at(Location location) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    return GcsLocation.of(location);
  }

  static Artifact artifact(Location location, String path, StorageObject object) {
    return new Artifact(
        location,
        path,
        object.getSize().longValueExact(),
        GcsRevision.of(object).toString());
  }

  @Override
  public Optional<Artifact> find(Location location) {
    GcsLocation at = at(location);
    return at.isObject()
        ? session.describe(at).map(object -> artifact(location, location.name(), object))
        : Optional.empty();
  }

  @Override
  public List<Artifact> list(Location directory) {
    GcsLocation at = at(directory);
    List<Artifact> found = new ArrayList<>();
    for (Objects page : pages(at, null, "items(name,size,generation,crc32c,md5Hash)")) {
      for (StorageObject object : orEmpty(page.getItems())) {
        if (!object.getName().endsWith("/")) { // A directory's marker.
          String path = ArtifactPaths.requireSafe(
              object.getName().substring(at.prefix().length()), directory);
          found.add(artifact(directory.resolve(path), path, object));
        }
      }
    }
    found.sort(Comparator.comparing(Artifact::path));
    return found;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private List<Objects> pages(GcsLocation at, @Nullable String delimiter, String fields) {
    try {
      Storage.Objects.List request = session
          .client()
          .objects()
          .list(at.bucket())
          .setPrefix(at.prefix())
          .setDelimiter(delimiter)
          .setUserProject(session.settings().userProject())
          .setFields(fields + ",nextPageToken");
      List<Objects> pages = new ArrayList<>();
      do {
        Objects page = request.execute();
        pages.add(page);
        request.setPageToken(page.getNextPageToken());
      } while (request.getPageToken() != null);
      return pages;
    } catch (IOException | RuntimeException e) {
      throw session.errors().translate(e, "list", at);
    }
  }

  @Override
  public boolean exists(Location location) {
    GcsLocation at = at(location);
    // A bucket that is empty is one all the same.
    return (at.isObject() && session.describe(at).isPresent())
        || hasAnyBelow(at)
        || at.name().isEmpty();
  }

  private boolean hasAnyBelow(GcsLocation at) {
    try {
      Storage.Objects.List request = session
          .client()
          .objects()
          .list(at.bucket())
          .setPrefix(at.prefix())
          .setMaxResults(1L)
          .setUserProject(session.settings().userProject())
          .setFields("items(name),nextPageToken");
      Objects page;
      do { // A page may be empty and not the last.
        page = request.execute();
        request.setPageToken(page.getNextPageToken());
      } while (orEmpty(page.getItems()).isEmpty() && page.getNextPageToken() != null);
      return !orEmpty(page.getItems()).isEmpty();
    } catch (IOException | RuntimeException e) {
      throw session.errors().translate(e, "list", at);
    }
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    GcsLocation at = at(directory);
    Set<String> names = new TreeSet<>();
    for (Objects page : pages(at, "/", "prefixes")) {
      for (String prefix : orEmpty(page.getPrefixes())) {
        names.add(prefix.substring(at.prefix().length(), prefix.length() - 1));
      }
    }
    names.remove(""); // A name with two slashes in a row; listing it is refused.
    return names;
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    GcsLocation at = at(artifact.location());
    long rest = artifact.size() - offset;
    long wanted = length < 0 ? rest : Math.min(length, rest);
    try {
      if (wanted <= 0) {
        requireUnchanged(artifact, at);
        return InputStream.nullInputStream();
      }
      return receive(artifact, at, offset, wanted);
    } catch (IOException | RuntimeException e) {
      if (e instanceof GoogleJsonResponseException answer && GcsErrors.isNoSuchObject(answer)) {
        throw goneOrChanged(artifact, at);
      }
      throw session.errors().translate(e, "read", at);
    }
  }

  /** An empty part needs no bytes; that the artifact is still there is asked only of an empty one. */
  private void requireUnchanged(Artifact artifact, GcsLocation at) {
    if (artifact.size() == 0
        && session.describe(at, GcsRevision.of(artifact).generation()).isEmpty()) {
      throw goneOrChanged(artifact, at);
    }
  }

  private InputStream receive(Artifact artifact, GcsLocation at, long offset, long wanted)
      throws IOException {
    Storage.Objects.Get request = session
        .client()
        .objects()
        .get(at.bucket(), at.name())
        .setGeneration(GcsRevision.of(artifact).generation())
        .setUserProject(session.settings().userProject());
    // With gzip accepted the service sends an object that is stored compressed as it is stored;
    // else it would unpack it, and a range would be another one.
    request.getRequestHeaders().setAcceptEncoding("gzip");
    request.setReturnRawInputStream(true);
    if (wanted < artifact.size()) {
      request.getRequestHeaders().setRange("bytes=" + offset + "-" + (offset + wanted - 1));
    }
    HttpResponse response = request.executeMedia();
    InputStream content = response.getContent();
    TransferException wrong = unexpected(response, artifact, offset, wanted);
    if (wrong != null) {
      response.disconnect();
      throw wrong;
    }
    return new GcsRangeStream(content, wanted);
  }

  /** What is wrong with an answer that holds other bytes than those that were asked for. */
  private static @Nullable TransferException unexpected(
      HttpResponse response, Artifact artifact, long offset, long wanted) {
    Problem problem = Problem.of("read").on(artifact.location());
    String range = response.getHeaders().getContentRange();
    Long announced = response.getHeaders().getContentLength();
    boolean part = wanted < artifact.size();
    if (part && response.getStatusCode() != 206) {
      return new TransferException(
          problem.found("the service sent all of it when it was asked for a part"));
    }
    String expected = "bytes " + offset + "-" + (offset + wanted - 1) + "/" + artifact.size();
    boolean same = (!part || expected.equals(range)) && (announced == null || announced == wanted);
    return same ? null : GcsErrors.changed(problem);
  }

  private RuntimeException goneOrChanged(Artifact artifact, GcsLocation at) {
    Problem problem = Problem.of("read").on(artifact.location());
    return session.describe(at).isPresent()
        ? GcsErrors.changed(problem)
        : GcsErrors.noSuchObject(problem);
  }

  @Override
  public List<Checksum> checksums(Artifact artifact) {
    at(artifact.location());
    return GcsRevision.of(artifact).checksums();
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    return new GcsUpload(session, at(location), content, mode).write();
  }

  @Override
  public Artifact replace(Artifact current, Content content) {
    Long generation = GcsRevision.of(current).generation();
    return new GcsUpload(session, at(current.location()), content, generation).write();
  }

  /** Uploads that nobody completes are no objects; the service forgets them after a week. */
  @Override
  public Optional<Instant> lastModified(Artifact artifact) {
    return session
        .describe(at(artifact.location()))
        .map(StorageObject::getUpdated)
        .map(time -> Instant.ofEpochMilli(time.getValue()));
  }

  @Override
  public void delete(Location location) {
    GcsLocation at = at(location);
    if (!at.isObject()) {
      return;
    }
    try {
      session
          .client()
          .objects()
          .delete(at.bucket(), at.name())
          .setUserProject(session.settings().userProject())
          .execute();
    } catch (IOException | RuntimeException e) {
      if (!(e instanceof GoogleJsonResponseException answer && GcsErrors.isNoSuchObject(answer))) {
        throw session.errors().translate(e, "delete", at);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      session.close();
    }
  }

  @Override
  public String toString() {
    return "GcsStore[" + session.settings().endpoint() + "]";
  }
}
