package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files of HTTP servers. */
final class HttpStore implements ArtifactStore {
  private final Http http;
  private final FileFinder finder;
  private final Directories directories;
  private final RangeReader reader;
  private final @Nullable Writer writer;
  private final Set<StoreCapability> capabilities;
  private volatile boolean closed;

  HttpStore(HttpSettings settings, StoreRole role) {
    this.http = new Http(settings);
    this.finder = new FileFinder(http);
    this.directories = new Directories(http);
    this.reader = new RangeReader(http);
    HttpSettings.Writing writing =
        role == StoreRole.OUTPUT ? settings.writing() : HttpSettings.Writing.NONE;
    this.writer = switch (writing) {
      case WEBDAV -> new DavWriter(http, finder);
      case PUT -> new PutWriter(http, finder);
      case NONE -> null;
    };
    this.capabilities = switch (writing) {
      case WEBDAV -> Set.of(StoreCapability.WRITE, StoreCapability.CREATE_ONLY);
      case PUT -> Set.of(StoreCapability.WRITE);
      case NONE -> Set.of();
    };
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return capabilities;
  }

  @Override
  public Optional<Artifact> find(Location location) {
    return open(location).isDirectory()
        ? Optional.empty()
        : finder.look(location).file();
  }

  @Override
  public List<Artifact> list(Location directory) {
    open(directory);
    Optional<List<Artifact>> listed = manifest(directory);
    return listed.isPresent()
        ? listed.get()
        : new TreeWalk(directories, this::find, directory).list();
  }

  /** A manifest is not believed where files are written that it does not know. */
  private Optional<List<Artifact>> manifest(Location directory) {
    return writer == null ? directories.manifest(directory) : Optional.empty();
  }

  @Override
  public boolean exists(Location location) {
    boolean directoryOnly = open(location).isDirectory();
    if (!directoryOnly) {
      FileFinder.Kind kind = finder.look(location).kind();
      if (kind != FileFinder.Kind.NOTHING) {
        return true;
      }
    }
    return isDirectory(location.resolve(""));
  }

  /** By any answer of its own: a server need not list it. */
  private boolean isDirectory(Location withSlash) {
    Call call = Call.of("look for", "HEAD", withSlash);
    try (Answer answer = http.send(call)) {
      if (answer.isSuccess() || answer.status() == 403) {
        return true;
      }
      if (!answer.isMissing() && answer.status() != 405) {
        throw http.error(answer, call);
      }
    }
    return manifest(withSlash).isPresent();
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    open(directory);
    Optional<List<Artifact>> listed = manifest(directory);
    Set<String> names = new TreeSet<>();
    if (listed.isPresent()) {
      listed.get().stream()
          .map(Artifact::path)
          .filter(path -> path.indexOf('/') > 0)
          .forEach(path -> names.add(path.substring(0, path.indexOf('/'))));
    } else {
      directories.children(directory).orElse(List.of()).stream()
          .filter(Child::isDirectory)
          .sorted(Comparator.comparing(Child::name))
          .forEach(child -> names.add(child.name()));
    }
    return names;
  }

  @Override
  public boolean readsParts(Artifact artifact) {
    return reader.readsParts(artifact);
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    open(artifact.location());
    if (offset < 0 || offset > artifact.size()) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " of " + artifact.size() + " bytes: " + artifact.location());
    }
    long rest = artifact.size() - offset;
    long wanted = length < 0 ? rest : Math.min(length, rest);
    return wanted == 0 ? InputStream.nullInputStream() : reader.open(artifact, offset, wanted);
  }

  @Override
  public List<Checksum> checksums(Artifact artifact) {
    open(artifact.location());
    return Validator.sha256(artifact.revision())
        .map(hex -> List.of(new Checksum(ChecksumAlgorithm.SHA256, hex)))
        .orElse(List.of());
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    WebAddress address = open(location);
    if (address.isDirectory()) {
      throw new BadRequestException(Problem.of("write")
          .on(location)
          .found("it ends in a slash, as no file does")
          .remedy("name a file"));
    }
    return writer("write", location).write(location, content, mode);
  }

  @Override
  public void delete(Location location) {
    WebAddress address = open(location);
    Writer rights = writer("delete", location);
    // A server removes a directory with all that is in it: only what is surely a file is deleted.
    if (!address.isDirectory() && finder.look(location).file().isPresent()) {
      rights.delete(location);
    }
  }

  private Writer writer(String tried, Location location) {
    if (writer == null) {
      throw new BadRequestException(Problem.of(tried)
          .on(location)
          .found("it is opened for reading alone")
          .remedy("name another location, or set 'writing' to webdav or put"));
    }
    return writer;
  }

  private WebAddress open(Location location) {
    if (closed) {
      throw new IllegalStateException("the HTTP store is closed");
    }
    return WebAddress.of(location);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      http.close();
    }
  }
}
