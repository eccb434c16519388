package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Lets an interrupt end a call to a store at once. Java cannot interrupt a thread that waits for a
 * socket, and the clients of most services wait like that: so the call goes on in a thread of its own,
 * which is told to end, and is left behind if it does not.
 *
 * <p>For the thread of a run. The transfer engine has threads of its own and takes the store as it is.
 */
public final class InterruptibleStore implements ArtifactStore {
  /** What a detector reads; larger reads are the transfer engine's. */
  private static final long SMALL_READ = 16L << 20;

  /** How long a write that was begun may take to take itself back. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final ArtifactStore store;

  /**
   * A store whose calls can be interrupted.
   *
   * @param store a store elsewhere
   */
  public InterruptibleStore(ArtifactStore store) {
    this.store = store;
  }

  /**
   * The store itself.
   *
   * @param store any store
   * @return the one that was given to the constructor; the same if it is none of these
   */
  public static ArtifactStore raw(ArtifactStore store) {
    return store instanceof InterruptibleStore own ? own.store : store;
  }

  private static <T> T call(String tried, Object subject, Supplier<T> work) {
    return call(tried, subject, 0, work);
  }

  private static <T> T call(String tried, Object subject, long patienceMillis, Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(task, "ovms-store-call");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(true);
      joinBriefly(thread, patienceMillis);
      Thread.currentThread().interrupt();
      throw new TransferException(
          Problem.of(tried).on(subject).found("the thread was interrupted").mayHelpToRetry(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException error) {
        throw error;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void joinBriefly(Thread thread, long patienceMillis) {
    if (patienceMillis == 0) {
      return; // For join, it would be eternity.
    }
    try {
      thread.join(patienceMillis);
    } catch (InterruptedException e) {
      // Told to hurry.
    }
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return store.capabilities();
  }

  @Override
  public Optional<Artifact> find(Location location) {
    return call("look at", location, () -> store.find(location));
  }

  @Override
  public List<Artifact> list(Location directory) {
    return call("list", directory, () -> store.list(directory));
  }

  @Override
  public boolean exists(Location location) {
    return call("look at", location, () -> store.exists(location));
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    return call("list", directory, () -> store.listDirectories(directory));
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    long rest = artifact.size() - offset;
    long count = length < 0 ? rest : Math.min(length, rest);
    if (count > SMALL_READ) {
      return store.read(artifact, offset, length);
    }
    return call("read", artifact.location(), () -> {
      try (InputStream in = store.read(artifact, offset, length)) {
        return new ByteArrayInputStream(in.readAllBytes());
      } catch (IOException e) {
        throw IoErrors.translate(e, "read", artifact.location());
      }
    });
  }

  @Override
  public boolean readsParts(Artifact artifact) {
    return store.readsParts(artifact);
  }

  @Override
  public List<Checksum> checksums(Artifact artifact) {
    return call("look at", artifact.location(), () -> store.checksums(artifact));
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    return call("write", location, PATIENCE_MILLIS, () -> store.write(location, content, mode));
  }

  @Override
  public List<Artifact> writeDirectory(Location directory, Map<String, Path> files) {
    return call("write", directory, PATIENCE_MILLIS, () -> store.writeDirectory(directory, files));
  }

  @Override
  public List<Artifact> replaceDirectory(Location directory, Map<String, Path> files) {
    return call(
        "write", directory, PATIENCE_MILLIS, () -> store.replaceDirectory(directory, files));
  }

  @Override
  public Artifact replace(Artifact current, Content content) {
    return call(
        "write", current.location(), PATIENCE_MILLIS, () -> store.replace(current, content));
  }

  @Override
  public Optional<Instant> lastModified(Artifact artifact) {
    return call("look at", artifact.location(), () -> store.lastModified(artifact));
  }

  @Override
  public int removeAbandoned(Location directory, Duration age) {
    return call("clean up in", directory, () -> store.removeAbandoned(directory, age));
  }

  @Override
  public void deleteDirectory(Location directory) {
    call("delete", directory, () -> {
      store.deleteDirectory(directory);
      return true;
    });
  }

  @Override
  public void delete(Location location) {
    call("delete", location, () -> {
      store.delete(location);
      return true;
    });
  }

  @Override
  public Optional<Path> localPath(Artifact artifact) {
    return store.localPath(artifact);
  }

  @Override
  public void close() {
    store.close();
  }
}
