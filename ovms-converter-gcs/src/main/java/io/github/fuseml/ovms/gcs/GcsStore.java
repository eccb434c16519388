package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpResponseException;
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
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The objects of Google's store. Every read is bound to the generation that was found or listed, and
 * the checksums that came with it are kept in the revision.
 */
final class GcsStore implements ArtifactStore {
  private static final Set<StoreCapability> CAPABILITIES =
      Set.of(StoreCapability.WRITE, StoreCapability.CREATE_ONLY);
  static final String FIELDS = "name,size,generation,crc32c,md5Hash,metadata";

  private final GcsSettings settings;
  private final Storage client;
  private final GcsErrors errors;
  private volatile boolean closed;

  private GcsStore(GcsSettings settings, Storage client) {
    this.settings = settings;
    this.client = client;
    this.errors = new GcsErrors(settings.endpoint());
  }

  static GcsStore open(GcsSettings settings) {
    return new GcsStore(settings, GcsClients.open(settings));
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return CAPABILITIES;
  }

  private GcsLocation at(Location location, String tried) {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw GcsErrors.interrupted(Problem.of(tried).on(location), null);
    }
    return GcsLocation.of(location);
  }

  @Override
  public Optional<Artifact> find(Location location) {
    GcsLocation at = at(location, "look at");
    return at.isObject()
        ? get(at).map(found -> artifact(found, location, location.name()))
        : Optional.empty();
  }

  /** What the service knows of an object; empty if there is none. */
  Optional<StorageObject> get(GcsLocation at) {
    try {
      return Optional.of(client
          .objects()
          .get(at.bucket(), at.name())
          .setUserProject(settings.userProject())
          .setFields(FIELDS)
          .execute());
    } catch (HttpResponseException e) {
      if (e.getStatusCode() == 404) {
        return Optional.empty();
      }
      throw errors.translate(e, "look at", at);
    } catch (IOException e) {
      throw errors.translate(e, "look at", at);
    }
  }

  static Artifact artifact(StorageObject object, Location location, String path) {
    BigInteger size = object.getSize();
    return new Artifact(
        location, path, size == null ? 0 : size.longValueExact(), GcsRevision.of(object));
  }

  @Override
  public List<Artifact> list(Location directory) {
    GcsLocation at = at(directory, "list");
    List<Artifact> found = new ArrayList<>();
    eachPage(at, null, page -> {
      if (page.getItems() != null) {
        for (StorageObject object : page.getItems()) {
          if (!object.getName().endsWith("/")) { // A directory's marker.
            String path = ArtifactPaths.requireSafe(
                object.getName().substring(at.prefix().length()), directory);
            found.add(artifact(object, directory.resolve(path), path));
          }
        }
      }
    });
    found.sort(Comparator.comparing(Artifact::path));
    return List.copyOf(found);
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    GcsLocation at = at(directory, "list");
    Set<String> names = new TreeSet<>();
    eachPage(at, "/", page -> {
      if (page.getPrefixes() != null) {
        for (String prefix : page.getPrefixes()) {
          names.add(prefix.substring(at.prefix().length(), prefix.length() - 1));
        }
      }
    });
    names.remove(""); // A name with two slashes in a row; listing it is refused.
    return names;
  }

  private void eachPage(GcsLocation at, @Nullable String delimiter, Consumer<Objects> each) {
    String token = null;
    do {
      Objects page = page(at, delimiter, token, 1000);
      each.accept(page);
      token = page.getNextPageToken();
    } while (token != null && !token.isEmpty());
  }

  private Objects page(
      GcsLocation at, @Nullable String delimiter, @Nullable String token, long size) {
    if (Thread.currentThread().isInterrupted()) {
      throw GcsErrors.interrupted(Problem.of("list").on(at.location()), null);
    }
    try {
      return client
          .objects()
          .list(at.bucket())
          .setPrefix(at.prefix())
          .setDelimiter(delimiter)
          .setPageToken(token)
          .setMaxResults(size)
          .setUserProject(settings.userProject())
          .setFields("nextPageToken,prefixes,items(" + FIELDS + ")")
          .execute();
    } catch (IOException e) {
      throw errors.translate(e, "list", at);
    }
  }

  @Override
  public boolean exists(Location location) {
    GcsLocation at = at(location, "look at");
    if (at.isObject() && get(at).isPresent()) {
      return true;
    }
    Objects page = page(at, null, null, 1);
    return page.getItems() != null && !page.getItems().isEmpty();
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    GcsLocation at = at(artifact.location(), "read");
    if (offset < 0 || offset > artifact.size()) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " of " + artifact.size() + " bytes: " + artifact.location());
    }
    long rest = artifact.size() - offset;
    long wanted = length < 0 ? rest : Math.min(length, rest);
    if (wanted == 0 && artifact.size() > 0) {
      return InputStream.nullInputStream();
    }
    try {
      return open(artifact, at, offset, wanted);
    } catch (HttpResponseException e) {
      // The old generation is gone: deleted, or replaced where the bucket keeps no versions.
      if (e.getStatusCode() == 404 && get(at).isPresent()) {
        throw GcsErrors.changed(Problem.of("read").on(artifact.location()), e);
      }
      throw errors.translate(e, "read", at);
    } catch (IOException e) {
      throw errors.translate(e, "read", at);
    }
  }

  private InputStream open(Artifact artifact, GcsLocation at, long offset, long wanted)
      throws IOException {
    Storage.Objects.Get get = client.objects().get(at.bucket(), at.name());
    get.setGeneration(GcsRevision.of(artifact).generation());
    get.setUserProject(settings.userProject());
    get.setReturnRawInputStream(true);
    // Also said for what is stored compressed: it must arrive as it is stored.
    get.getRequestHeaders().setAcceptEncoding("gzip");
    boolean part = wanted < artifact.size();
    if (part) {
      get.getRequestHeaders().setRange("bytes=" + offset + "-" + (offset + wanted - 1));
    }
    HttpResponse response = get.executeMedia();
    String range = response.getHeaders().getContentRange();
    String asked = "bytes " + offset + "-" + (offset + wanted - 1) + "/" + artifact.size();
    Long announced = response.getHeaders().getContentLength();
    if ((part && !asked.equals(range)) || (announced != null && announced != wanted)) {
      response.disconnect();
      throw new IOException(new TransferException(Problem.of("read")
          .on(artifact.location())
          .found("the service sent another part than was asked for")
          .mayHelpToRetry()));
    }
    InputStream content = response.getContent();
    return new GcsRangeStream(
        response, content == null ? InputStream.nullInputStream() : content, wanted);
  }

  @Override
  public List<Checksum> checksums(Artifact artifact) {
    at(artifact.location(), "look at");
    return GcsRevision.of(artifact).checksums();
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    GcsLocation at = at(location, "write");
    return new GcsUpload(this, at, content, mode).write();
  }

  @Override
  public void delete(Location location) {
    GcsLocation at = at(location, "delete");
    if (!at.isObject()) {
      return;
    }
    try {
      client
          .objects()
          .delete(at.bucket(), at.name())
          .setUserProject(settings.userProject())
          .execute();
    } catch (HttpResponseException e) {
      if (e.getStatusCode() != 404) {
        throw errors.translate(e, "delete", at);
      }
    } catch (IOException e) {
      throw errors.translate(e, "delete", at);
    }
  }

  GcsSettings settings() {
    return settings;
  }

  Storage client() {
    return client;
  }

  GcsErrors errors() {
    return errors;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        client.getRequestFactory().getTransport().shutdown();
      } catch (IOException e) {
        // Its connections are given up anyway.
      }
    }
  }

  @Override
  public String toString() {
    return "GcsStore[" + settings.endpoint() + "]";
  }
}
