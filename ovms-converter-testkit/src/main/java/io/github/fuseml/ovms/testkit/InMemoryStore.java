package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.InMemoryObjects.StoredObject;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A store that keeps its objects in memory and behaves as an object store does: keys and no
 * directories, create-only writes, writes in place of one version, no directory that appears in one step, nothing on this machine's
 * disk. So a run with it fetches and publishes file by file.
 *
 * <p>Opened by an {@link InMemoryStoreProvider}, which holds the objects and scripts faults.
 */
public final class InMemoryStore implements ArtifactStore {
  private static final Set<StoreCapability> CAPABILITIES = Set.of(
      StoreCapability.WRITE, StoreCapability.CREATE_ONLY, StoreCapability.CONDITIONAL_REPLACE);

  private final InMemoryObjects objects;
  private final OperationScript script;
  private volatile boolean closed;

  InMemoryStore(InMemoryObjects objects, OperationScript script) {
    this.objects = objects;
    this.script = script;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Optional<Artifact> find(Location location) {
    return run(Kind.FIND, location, () -> {
      StoredObject object = location.value().endsWith("/") ? null : objects.get(location);
      return Optional.ofNullable(object).map(found -> found.artifact(lastSegment(location)));
    });
  }

  @Override
  public List<Artifact> list(Location directory) {
    return run(Kind.LIST, directory, () -> {
      String prefix = prefixOf(directory);
      List<Artifact> found = new ArrayList<>();
      for (StoredObject object : objects.startingWith(prefix)) {
        String path = object.location().value().substring(prefix.length());
        if (!path.endsWith("/") && !path.isEmpty()) {
          found.add(object.artifact(ArtifactPaths.requireSafe(path, directory)));
        }
      }
      found.sort(Comparator.comparing(Artifact::path));
      return List.copyOf(found);
    });
  }

  @Override
  public boolean exists(Location location) {
    return run(
        Kind.EXISTS,
        location,
        () -> (!location.value().endsWith("/") && objects.get(location) != null)
            || !objects.startingWith(prefixOf(location)).isEmpty());
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    return run(Kind.LIST_DIRECTORIES, directory, () -> {
      String prefix = prefixOf(directory);
      Set<String> names = new TreeSet<>();
      for (StoredObject object : objects.startingWith(prefix)) {
        String path = object.location().value().substring(prefix.length());
        int slash = path.indexOf('/');
        if (slash > 0) {
          names.add(path.substring(0, slash));
        }
      }
      return names;
    });
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    if (offset < 0 || offset > artifact.size()) {
      throw new IndexOutOfBoundsException(offset + " of " + artifact.size() + " bytes");
    }
    StoreOperation operation = new StoreOperation(Kind.READ, artifact.location(), offset, length);
    int number = begin(operation);
    StoredObject object = requireUnchanged(artifact);
    long rest = artifact.size() - offset;
    int count = (int) (length < 0 ? rest : Math.min(length, rest));
    InputStream stream = new InMemoryStream(
        object.content(),
        (int) offset,
        count,
        script.cutOf(number),
        bytes -> script.countBytes(artifact.location(), bytes));
    script.end(operation, number);
    return stream;
  }

  private StoredObject requireUnchanged(Artifact artifact) {
    StoredObject object = objects.get(artifact.location());
    if (object == null) {
      throw new NotFoundException(
          Problem.of("read").on(artifact.location()).found("there is no such object"));
    }
    if (!Long.toString(object.generation()).equals(artifact.revision())) {
      throw new TransferException(Problem.of("read")
          .on(artifact.location())
          .found("it was changed since it was listed")
          .mayHelpToRetry());
    }
    return object;
  }

  @Override
  public Artifact write(Location location, Content source, WriteMode mode) {
    return run(Kind.WRITE, location, () -> {
      if (location.value().endsWith("/")) {
        throw new BadRequestException(
            Problem.of("write").on(location).found("it ends in a slash, as no object does"));
      }
      byte[] content = contentOf(source, location);
      StoredObject written = mode == WriteMode.REPLACE
          ? objects.put(location, content)
          : objects.putIfAbsent(location, content);
      if (written == null) {
        throw new ConflictException(Problem.of("write").on(location).found("it exists already"));
      }
      source.sent(content.length);
      return written.artifact(lastSegment(location));
    });
  }

  @Override
  public Artifact replace(Artifact current, Content source) {
    Location location = current.location();
    return run(Kind.REPLACE, location, () -> {
      byte[] content = contentOf(source, location);
      StoredObject written = objects.replace(location, content, current.revision());
      if (written == null) {
        throw new ConflictException(Problem.of("replace")
            .on(location)
            .found("it was changed in the meantime")
            .remedy("try again")
            .mayHelpToRetry());
      }
      source.sent(content.length);
      return written.artifact(lastSegment(location));
    });
  }

  private static byte[] contentOf(Content source, Location location) {
    try (InputStream in = source.open(0, source.size())) {
      byte[] content = in.readAllBytes();
      if (content.length != source.size()) {
        throw new IOException(content.length + " bytes arrived instead of " + source.size());
      }
      return content;
    } catch (java.nio.channels.ClosedByInterruptException e) {
      throw interrupted("write", location);
    } catch (IOException | UncheckedIOException e) {
      if (e.getCause() instanceof OvmsConverterException own) {
        throw own;
      }
      throw new TransferException(
          Problem.of("write").on(location).found("cannot read the content: " + e), e);
    }
  }

  @Override
  public void delete(Location location) {
    run(Kind.DELETE, location, () -> {
      if (!location.value().endsWith("/")) {
        objects.remove(location);
      }
      return true;
    });
  }

  /** Ends the store; its provider keeps the objects. */
  @Override
  public void close() {
    closed = true;
  }

  private <T> T run(Kind kind, Location location, Supplier<T> work) {
    StoreOperation operation = new StoreOperation(kind, location, 0, 0);
    int number = begin(operation);
    T result = work.get();
    script.end(operation, number);
    return result;
  }

  private int begin(StoreOperation operation) {
    requireOpen();
    if (!operation.location().scheme().equals(InMemoryStoreProvider.SCHEME)) {
      throw new BadRequestException(Problem.of("use the memory store for")
          .on(operation.location())
          .found("it is no memory: URL"));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted("do", operation);
    }
    int number = script.begin(operation);
    requireOpen(); // It may have been closed while a gate held the operation.
    return number;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the memory store is closed");
    }
  }

  private static TransferException interrupted(String tried, Object subject) {
    return new TransferException(
        Problem.of(tried).on(subject).found("the thread was interrupted").mayHelpToRetry());
  }

  private static String prefixOf(Location directory) {
    String value = directory.value();
    return value.endsWith("/") ? value : value + "/";
  }

  private static String lastSegment(Location location) {
    return location.value().substring(location.value().lastIndexOf('/') + 1);
  }
}
