package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.io.NamedLock;
import io.github.fuseml.ovms.core.internal.io.StagingName;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of this machine. A write makes a temporary sibling, forces it to the disk and renames it;
 * a new directory likewise.
 */
final class FileStore implements ArtifactStore {
  private static final Set<StoreCapability> CAPABILITIES = Set.of(
      StoreCapability.WRITE,
      StoreCapability.CREATE_ONLY,
      StoreCapability.ATOMIC_DIRECTORY,
      StoreCapability.CONDITIONAL_REPLACE,
      StoreCapability.LOCAL_PATH);

  /** What Linux says of a path that names nothing, besides that there is no such file. */
  private static final Set<String> NOTHING_THERE = Set.of("Not a directory", "File name too long");

  private volatile boolean closed;

  @Override
  public Set<StoreCapability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Optional<Artifact> find(Location location) {
    Path path = open(location);
    if (location.value().endsWith("/")) {
      return Optional.empty();
    }
    return look(path, location)
        .filter(BasicFileAttributes::isRegularFile)
        .map(attributes -> artifact(path, location.name(), attributes));
  }

  /** What is there, symbolic links followed; empty when there is nothing. */
  private static Optional<BasicFileAttributes> look(Path path, Location location) {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (e instanceof FileSystemException system && NOTHING_THERE.contains(reason(system))) {
        return Optional.empty();
      }
      throw IoErrors.translate(e, "read", location);
    }
  }

  private static String reason(FileSystemException error) {
    return String.valueOf(error.getReason());
  }

  private static boolean isDirectory(Path path, Location location) {
    return look(path, location).filter(BasicFileAttributes::isDirectory).isPresent();
  }

  @Override
  public List<Artifact> list(Location directory) {
    Path root = open(directory);
    if (!isDirectory(root, directory)) {
      return List.of();
    }
    try {
      return new FileLister(root).list();
    } catch (IOException e) {
      throw IoErrors.translate(e, "list", directory);
    }
  }

  @Override
  public boolean exists(Location location) {
    Optional<BasicFileAttributes> found = look(open(location), location);
    // A slash at the end asks for a directory.
    return location.value().endsWith("/")
        ? found.filter(BasicFileAttributes::isDirectory).isPresent()
        : found.isPresent();
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    Path root = open(directory);
    if (!isDirectory(root, directory)) {
      return Set.of();
    }
    Set<String> names = new TreeSet<>();
    try (Stream<Path> children = Files.list(root)) {
      children
          .filter(Files::isDirectory)
          .forEach(child -> names.add(child.getFileName().toString()));
    } catch (NoSuchFileException e) {
      return Set.of();
    } catch (IOException e) {
      throw IoErrors.translate(e, "list", directory);
    }
    return names;
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    Path path = open(artifact.location());
    try {
      return FileRangeStream.open(path, artifact, offset, length);
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", artifact.location());
    }
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    Path target = open(location);
    if (location.value().endsWith("/")) {
      throw new BadRequestException(Problem.of("write")
          .on(location)
          .found("it ends in a slash, as no file does")
          .remedy("name a file"));
    }
    Path parent = parentOf(target, location);
    Deque<Path> made = null;
    Path temporary = target.resolveSibling(DurableFiles.temporaryName());
    try {
      if (Files.isDirectory(target)) {
        throw conflict("write", location, "it is a directory");
      }
      made = DurableFiles.createDirectories(parent);
      Path staged = stage(content, temporary, parent);
      if (mode == WriteMode.CREATE_ONLY) {
        DurableFiles.moveIfAbsent(staged, target);
      } else {
        Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
      }
      made = null;
      DurableFiles.syncUninterruptibly(parent);
      Artifact written = find(location).orElseThrow(() -> vanished(location));
      content.sent(written.size());
      return written;
    } catch (FileAlreadyExistsException e) {
      throw conflict("write", location, "it exists already");
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", location);
    } finally {
      cleanUp(temporary, made);
    }
  }

  /** The content in a file of the target's file system, durably: the temporary one, or its own. */
  private static Path stage(Content content, Path temporary, Path parent) throws IOException {
    Optional<Path> file = content.file();
    if (file.isEmpty()) {
      DurableFiles.copy(content.open(0, content.size()), content.size(), temporary);
      return temporary;
    }
    if (content.isDisposable()
        && Files.getFileStore(file.get()).equals(Files.getFileStore(parent))) {
      DurableFiles.sync(file.get());
      return file.get();
    }
    DurableFiles.copy(file.get(), temporary);
    return temporary;
  }

  @Override
  public List<Artifact> writeDirectory(Location directory, Map<String, Path> files) {
    Path target = open(directory);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw conflict("write", directory, "it exists already");
    }
    return placeDirectory(directory, files, (staging, name) -> {
      renameDirectory(name.path(), target, directory);
      staging.keep();
    });
  }

  @Override
  public List<Artifact> replaceDirectory(Location directory, Map<String, Path> files) {
    Path target = open(directory);
    return placeDirectory(directory, files, (staging, name) -> {
      Path old = name.replaced(target);
      try {
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        // There is none, or somebody else replaces it, too.
      }
      try {
        renameDirectory(name.path(), target, directory);
        staging.keep();
      } catch (IOException | RuntimeException e) {
        putBack(old, target);
        throw e;
      }
      DurableFiles.deleteTree(old);
    });
  }

  /** Unless somebody else has replaced it, too, and was faster. */
  private static void putBack(Path old, Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.deleteTree(old);
    } else if (Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Gives a directory that was filled out of sight its name. */
  private interface Placing {
    void place(StagedDirectory staged, StagingName name) throws IOException;
  }

  private List<Artifact> placeDirectory(
      Location directory, Map<String, Path> files, Placing placing) {
    Path parent = parentOf(open(directory), directory);
    Deque<Path> made = null;
    try {
      made = DurableFiles.createDirectories(parent);
      try (StagingName name = StagingName.in(parent)) {
        StagedDirectory staged = new StagedDirectory(name.path());
        try {
          staged.fill(files);
          placing.place(staged, name);
          made = null;
        } finally {
          staged.giveBack();
        }
      }
      DurableFiles.syncUninterruptibly(parent);
      List<Artifact> written = new ArrayList<>();
      for (String path : files.keySet()) {
        find(directory.resolve(path)).ifPresent(found -> written.add(found.withPath(path)));
      }
      return written;
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", directory);
    } finally {
      if (made != null) {
        DurableFiles.removeEmpty(made);
      }
    }
  }

  private static void renameDirectory(Path staging, Path target, Location directory)
      throws IOException {
    try {
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      throw conflict("write", directory, "somebody else wrote it at the same time");
    } catch (FileSystemException e) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw conflict("write", directory, "somebody else wrote it at the same time");
      }
      throw e;
    }
  }

  private static void cleanUp(Path temporary, @org.jspecify.annotations.Nullable Deque<Path> made) {
    try {
      DurableFiles.deleteTree(temporary);
    } catch (IOException e) {
      // The error that is on its way says more than this one.
    }
    if (made != null) {
      DurableFiles.removeEmpty(made);
    }
  }

  /**
   * The file is replaced under a lock that all who replace it by this method hold; who writes to it by
   * other means is noticed up to the moment of the rename. A link stays one, and the file keeps its
   * owner, as far as that is ours to give, and its permissions.
   */
  @Override
  @SuppressWarnings("try") // The lock is held, not used.
  public Artifact replace(Artifact current, Content content) {
    Location location = current.location();
    Path target = realPath(open(location), location);
    Path parent = parentOf(target, location);
    try (NamedLock lock = NamedLock.of(target);
        StagingName name = StagingName.in(parent)) {
      Path staged = stage(content, name.path(), parent);
      Optional<Artifact> now = find(location);
      if (now.isEmpty() || !Objects.equals(now.get().revision(), current.revision())) {
        throw new ConflictException(Problem.of("replace")
            .on(location)
            .found("it was changed in the meantime")
            .remedy("try again")
            .mayHelpToRetry());
      }
      DurableFiles.takeOver(target, staged);
      Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncUninterruptibly(parent);
      return find(location).orElseThrow(() -> vanished(location));
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", location);
    }
  }

  private static Path realPath(Path path, Location location) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw IoErrors.translate(e, "replace", location);
    }
  }

  @Override
  public Optional<Instant> lastModified(Artifact artifact) {
    return look(open(artifact.location()), artifact.location())
        .map(attributes -> attributes.lastModifiedTime().toInstant());
  }

  @Override
  public int removeAbandoned(Location directory, Duration age) {
    try {
      return StagingName.removeAbandoned(open(directory), age);
    } catch (IOException e) {
      throw IoErrors.translate(e, "clean up in", directory);
    }
  }

  @Override
  public void deleteDirectory(Location directory) {
    Path target = open(directory);
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path parent = parentOf(target, directory);
    try (StagingName name = StagingName.in(parent)) {
      Files.move(target, name.path(), StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncUninterruptibly(parent);
    } catch (NoSuchFileException e) {
      // Somebody else removed it.
    } catch (IOException e) {
      throw IoErrors.translate(e, "delete", directory);
    }
  }

  @Override
  public void delete(Location location) {
    if (find(location).isEmpty()) {
      return; // Nothing, or a directory.
    }
    try {
      Files.deleteIfExists(location.toPath());
    } catch (IOException e) {
      throw IoErrors.translate(e, "delete", location);
    }
  }

  @Override
  public Optional<Path> localPath(Artifact artifact) {
    return Optional.of(open(artifact.location()));
  }

  @Override
  public void close() {
    closed = true;
  }

  private Path open(Location location) {
    if (closed) {
      throw new IllegalStateException("the file store is closed");
    }
    if (!location.isLocal()) {
      throw new BadRequestException(Problem.of("use the file store for")
          .on(location)
          .found("it is no local path")
          .remedy("give a path or a file: URL"));
    }
    return location.toPath();
  }

  private static Path parentOf(Path target, Location location) {
    Path parent = target.getParent();
    if (parent == null) {
      throw conflict("write", location, "it is the root of the file system");
    }
    return parent;
  }

  static Artifact artifact(Path path, String relative, BasicFileAttributes attributes) {
    return new Artifact(Location.of(path), relative, attributes.size(), revision(attributes));
  }

  /** Size, time and identity of the file: what changes when somebody replaces or rewrites it. */
  static String revision(BasicFileAttributes attributes) {
    return attributes.size()
        + "-"
        + attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS)
        + "-"
        + attributes.fileKey();
  }

  private static ConflictException conflict(String tried, Location location, String found) {
    return new ConflictException(
        Problem.of(tried).on(location).found(found).remedy("choose another location"));
  }

  private static NotFoundException vanished(Location location) {
    return new NotFoundException(
        Problem.of("write").on(location).found("it was removed while it was written"));
  }
}
