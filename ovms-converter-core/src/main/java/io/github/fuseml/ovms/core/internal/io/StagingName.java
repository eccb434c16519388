package io.github.fuseml.ovms.core.internal.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A temporary name beside somebody's files, with a file beside it that is locked as long as it is in
 * use. A killed process cannot clean up; whoever comes next removes what belongs to a lock that is
 * free.
 *
 * <pre>
 * .ovms-converter-PROCESS-RANDOM.lock   locked by its owner
 * .ovms-converter-PROCESS-RANDOM        what is being made
 * .ovms-converter-PROCESS-RANDOM.7      what was called 7 until it was moved out of the way
 * </pre>
 */
public final class StagingName implements AutoCloseable {
  /**
   * Marks the names of this process, also for other class loaders. Their locks must not be tried: when
   * a process closes a file, POSIX drops all of its locks on that file.
   */
  private static final String OWN_PREFIX =
      DurableFiles.TEMPORARY_PREFIX + WorkDirectory.processName() + "-";

  private static final String LOCK = ".lock";

  private final Path path;
  private final Path lockPath;
  private final @Nullable FileChannel lockFile;

  private StagingName(Path path, Path lockPath, @Nullable FileChannel lockFile) {
    this.path = path;
    this.lockPath = lockPath;
    this.lockFile = lockFile;
  }

  /**
   * Takes a new name.
   *
   * @param parent the directory that what is made will get a name in; it exists
   * @return the name, nothing being there yet
   * @throws IOException if its lock cannot be made
   */
  public static StagingName in(Path parent) throws IOException {
    while (true) {
      Path path = parent.resolve(OWN_PREFIX + DurableFiles.randomName());
      Path lockPath = path.resolveSibling(path.getFileName() + LOCK);
      FileChannel channel =
          FileChannel.open(lockPath, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      boolean kept = false;
      try {
        channel.tryLock();
        // Between the two steps somebody may have taken the file for a leftover.
        kept = Files.exists(lockPath, LinkOption.NOFOLLOW_LINKS);
      } catch (IOException e) {
        kept = true; // A file system without locks: nobody takes what cannot be locked for dead.
      } finally {
        if (!kept) {
          channel.close();
        }
      }
      if (kept) {
        return new StagingName(path, lockPath, channel);
      }
    }
  }

  /**
   * What may be made.
   *
   * @return a path that nobody else uses
   */
  public Path path() {
    return path;
  }

  /**
   * A name for what is moved out of the way; if this process dies before something took its place, it
   * is moved back.
   *
   * @param target what is moved
   * @return its temporary name
   */
  public Path replaced(Path target) {
    return path.resolveSibling(path.getFileName() + "." + target.getFileName());
  }

  /** Removes what is still there under this name. */
  @Override
  public void close() throws IOException {
    try {
      DurableFiles.deleteTree(path);
      Files.deleteIfExists(lockPath);
    } finally {
      if (lockFile != null) {
        lockFile.close();
      }
    }
  }

  /**
   * Removes what killed processes left in a directory.
   *
   * @param parent the directory
   * @param age how old a leftover without a lock must be
   * @return how many were removed
   * @throws IOException if the directory cannot be listed
   */
  public static int removeAbandoned(Path parent, Duration age) throws IOException {
    int removed = 0;
    for (Path entry : temporaries(parent)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(OWN_PREFIX)) {
        continue;
      }
      try {
        if (name.endsWith(LOCK)) {
          removed += removeIfFree(entry);
        } else if (lockOf(entry).isEmpty() && isOld(entry, age)) {
          DurableFiles.deleteTree(entry);
          removed++;
        }
      } catch (IOException e) {
        // Another user's, or somebody else removes it at this moment: not this run's business.
      }
    }
    return removed;
  }

  private static List<Path> temporaries(Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(parent, DurableFiles.TEMPORARY_PREFIX + "*")) {
      entries.forEach(found::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return found;
  }

  /** The lock that something temporary belongs to. */
  private static Optional<Path> lockOf(Path entry) {
    String name = entry.getFileName().toString();
    int dot = name.indexOf('.', DurableFiles.TEMPORARY_PREFIX.length());
    Path lock = entry.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + LOCK);
    return Files.exists(lock, LinkOption.NOFOLLOW_LINKS) ? Optional.of(lock) : Optional.empty();
  }

  private static boolean isOld(Path entry, Duration age) throws IOException {
    Instant youngest = Instant.EPOCH;
    try (var files = Files.walk(entry)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Instant changed = Files.readAttributes(
                file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .lastModifiedTime()
            .toInstant();
        youngest = changed.isAfter(youngest) ? changed : youngest;
      }
    }
    return youngest.plus(age).isBefore(Instant.now());
  }

  private static int removeIfFree(Path lockPath) throws IOException {
    String name = lockPath.getFileName().toString();
    String base = name.substring(0, name.length() - LOCK.length());
    try (FileChannel channel =
            FileChannel.open(lockPath, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        @Nullable FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return 0;
      }
      int removed = 0;
      for (Path entry : temporaries(lockPath.resolveSibling("."))) {
        String other = entry.getFileName().toString();
        boolean replaced = other.startsWith(base + ".") && !other.endsWith(LOCK);
        if (replaced) {
          putBack(entry, entry.resolveSibling(other.substring(base.length() + 1)));
        }
        if (replaced || other.equals(base)) {
          DurableFiles.deleteTree(entry);
          removed++;
        }
      }
      Files.deleteIfExists(lockPath); // Last: if this process dies meanwhile, the next one goes on.
      return removed;
    } catch (OverlappingFileLockException e) {
      return 0;
    }
  }

  /** What was moved out of the way for something that never came. */
  private static void putBack(Path entry, Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
