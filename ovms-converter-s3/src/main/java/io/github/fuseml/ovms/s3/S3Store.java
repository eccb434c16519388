package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;

/** The objects of a service that speaks S3. The revision of an artifact is its ETag. */
final class S3Store implements ArtifactStore {
  /** From this size on a request for an object's checksums costs nothing beside its bytes. */
  private static final long WORTH_ASKING = 8L << 20;

  private final S3Session session;
  private final String scheme;

  /** The buckets in which an ETag was seen to be an MD5. */
  private final Set<String> plainBuckets = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  private S3Store(S3Session session, String scheme) {
    this.session = session;
    this.scheme = scheme;
  }

  static S3Store open(S3Settings settings, String scheme, S3Dialect dialect) {
    return open(settings, scheme, dialect, true);
  }

  /** A store, which may go past the SDK's client where it can. */
  static S3Store open(S3Settings settings, String scheme, S3Dialect dialect, boolean direct) {
    return new S3Store(new S3Session(settings, dialect, direct), scheme);
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return session.capabilities();
  }

  private S3Location at(Location location) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    return S3Location.of(location, scheme);
  }

  @Override
  public Optional<Artifact> find(Location location) {
    S3Location at = at(location);
    if (!at.isObject()) {
      return Optional.empty();
    }
    return session
        .head(at)
        .map(head -> new Artifact(
            location, location.name(), head.contentLength(), S3Checksums.revision(head.eTag())));
  }

  @Override
  public List<Artifact> list(Location directory) {
    S3Location at = at(directory);
    String prefix = at.prefix();
    List<Artifact> found = new ArrayList<>();
    for (Listing page : pages(at, null)) {
      for (Listing.Entry object : page.objects()) {
        if (!object.key().endsWith("/")) { // A directory's marker.
          String path =
              ArtifactPaths.requireSafe(object.key().substring(prefix.length()), directory);
          found.add(new Artifact(
              directory.resolve(path), path, object.size(), S3Checksums.revision(object.etag())));
        }
      }
    }
    found.sort(Comparator.comparing(Artifact::path));
    return found;
  }

  private List<Listing> pages(S3Location at, @Nullable String delimiter) {
    try {
      return pages(
          at,
          "list",
          before -> session.list(
              at.bucket(),
              at.prefix(),
              request -> request
                  .delimiter(delimiter)
                  .continuationToken(before == null ? null : before.next())),
          Listing::next);
    } catch (SdkException e) {
      throw session.errors().translate(e, "list", at);
    }
  }

  /**
   * Reads page after page.
   *
   * @param page reads the page after another one; after null, the first
   * @param next where the page after one begins; null after the last
   */
  private static <P> List<P> pages(
      S3Location at,
      String tried,
      Function<@Nullable P, P> page,
      Function<P, @Nullable Object> next) {
    List<P> pages = new ArrayList<>();
    Set<Object> begun = new HashSet<>();
    P last = null;
    while (true) {
      last = page.apply(last);
      pages.add(last);
      Object beginning = next.apply(last);
      if (beginning == null) {
        return pages;
      }
      if (!begun.add(beginning)) {
        throw new TransferException(Problem.of(tried)
            .on(at.location())
            .found("the service sends the same page of the listing again and again"));
      }
    }
  }

  @Override
  public boolean exists(Location location) {
    S3Location at = at(location);
    if (at.isObject() && session.head(at).isPresent()) {
      return true;
    }
    try {
      boolean none = session
          .list(at.bucket(), at.prefix(), request -> request.maxKeys(1))
          .objects()
          .isEmpty();
      return !none || at.key().isEmpty(); // A bucket that is empty is one all the same.
    } catch (SdkException e) {
      throw session.errors().translate(e, "list", at);
    }
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    S3Location at = at(directory);
    Set<String> names = new TreeSet<>();
    for (Listing page : pages(at, "/")) {
      for (String path : page.prefixes()) {
        names.add(path.substring(at.prefix().length(), path.length() - 1));
      }
    }
    names.remove(""); // A key with two slashes in a row; listing it is refused.
    return names;
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    S3Location at = at(artifact.location());
    long rest = artifact.size() - offset;
    long wanted = length < 0 ? rest : Math.min(length, rest);
    if (wanted <= 0 && artifact.size() > 0) {
      return InputStream.nullInputStream();
    }
    GetObjectRequest.Builder request =
        GetObjectRequest.builder().bucket(at.bucket()).key(at.key()).requestPayer(session.payer());
    if (artifact.revision() != null) {
      request.ifMatch('"' + artifact.revision() + '"');
    }
    if (wanted < artifact.size()) {
      request.range("bytes=" + offset + "-" + (offset + wanted - 1));
    }
    try {
      ResponseInputStream<GetObjectResponse> response = session.objects().get(request.build());
      requireAsked(response, artifact, offset, wanted);
      return new S3RangeStream(response, artifact, at, wanted, session);
    } catch (SdkException e) {
      throw session.errors().translate(e, "read", at);
    }
  }

  /** Refuses an answer with other bytes than those that were asked for. */
  private static void requireAsked(
      ResponseInputStream<GetObjectResponse> response,
      Artifact artifact,
      long offset,
      long wanted) {
    GetObjectResponse head = response.response();
    String range = "bytes " + offset + "-" + (offset + wanted - 1) + "/" + artifact.size();
    boolean part = wanted < artifact.size();
    boolean asked = head.contentLength() == wanted && (!part || range.equals(head.contentRange()));
    boolean same = artifact.revision() == null
        || head.eTag() == null
        || artifact.revision().equals(S3Checksums.revision(head.eTag()));
    if (asked && same) {
      return;
    }
    response.abort();
    Problem problem = Problem.of("read").on(artifact.location());
    throw same && part && head.contentRange() == null
        ? new TransferException(
            problem.found("the service sent all of it when it was asked for a part"))
        : S3Errors.changed(problem, null);
  }

  @Override
  public List<Checksum> checksums(Artifact artifact) {
    S3Location at = at(artifact.location());
    String revision = artifact.revision();
    if (artifact.size() < WORTH_ASKING
        && revision != null
        && S3Checksums.isMd5(revision)
        && plainBuckets.contains(at.bucket())) {
      return List.of(new Checksum(ChecksumAlgorithm.MD5, revision));
    }
    Optional<HeadObjectResponse> head = session.head(at);
    if (head.isEmpty()) {
      throw S3Errors.noSuchObject(Problem.of("read").on(artifact.location()), null);
    }
    if (!Objects.equals(revision, S3Checksums.revision(head.get().eTag()))) {
      throw S3Errors.changed(Problem.of("read").on(artifact.location()), null);
    }
    // AWS encrypts by keys of its own where a bucket or an object says so, and an ETag then looks
    // like an MD5 without being one. Elsewhere a bucket is one way or the other.
    if (session.settings().endpoint() != null
        && session.dialect() == S3Dialect.S3
        && S3Checksums.isPlain(head.get())) {
      plainBuckets.add(at.bucket());
    }
    return S3Checksums.of(head.get());
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    return new S3Upload(session, at(location), content, mode).write();
  }

  @Override
  public Artifact replace(Artifact current, Content content) {
    String revision = current.revision();
    if (revision == null || !session.can(StoreCapability.CONDITIONAL_REPLACE)) {
      return ArtifactStore.super.replace(current, content);
    }
    return new S3Upload(session, at(current.location()), content, revision).write();
  }

  @Override
  public Optional<Instant> lastModified(Artifact artifact) {
    return session.head(at(artifact.location())).map(HeadObjectResponse::lastModified);
  }

  /**
   * The parts of uploads that were begun long ago. MinIO lists them only by an object's whole key, and
   * forgets them by itself after a day.
   */
  @Override
  public int removeAbandoned(Location directory, Duration age) {
    S3Location at = at(directory);
    Instant latest = Instant.now().minus(age);
    try {
      int removed = 0;
      for (BegunUploads.Upload upload : begunUploads(at)) {
        boolean below = upload.key().equals(at.key()) || upload.key().startsWith(at.prefix());
        if (below && !upload.initiated().isAfter(latest)) {
          session
              .objects()
              .abort(AbortMultipartUploadRequest.builder()
                  .bucket(at.bucket())
                  .key(upload.key())
                  .uploadId(upload.id())
                  .requestPayer(session.payer())
                  .build());
          removed++;
        }
      }
      return removed;
    } catch (SdkException e) {
      throw session.errors().translate(e, "clean up in", at);
    }
  }

  private List<BegunUploads.Upload> begunUploads(S3Location at) {
    return pages(
            at,
            "clean up in",
            before -> session.objects().uploads(uploadsAfter(before, at)),
            BegunUploads::next)
        .stream()
        .flatMap(page -> page.uploads().stream())
        .toList();
  }

  private ListMultipartUploadsRequest uploadsAfter(@Nullable BegunUploads page, S3Location at) {
    return ListMultipartUploadsRequest.builder()
        .bucket(at.bucket())
        .prefix(at.key())
        .keyMarker(page == null ? null : page.nextKey())
        .uploadIdMarker(page == null ? null : page.nextId())
        .requestPayer(session.payer())
        .build();
  }

  @Override
  public void delete(Location location) {
    S3Location at = at(location);
    if (!at.isObject()) {
      return;
    }
    try {
      session.delete(at);
    } catch (SdkException e) {
      throw session.errors().translate(e, "delete", at);
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
    return "S3Store[" + scheme + "]";
  }
}
