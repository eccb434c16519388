package io.github.fuseml.ovms.core.internal.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The private directory of one run for everything temporary; it is removed when the run ends.
 *
 * <p>A killed process cannot remove its directory. So each holds a lock as long as it is in use, and
 * the next run removes those whose lock is free. A lock file, not a process id, tells the dead: two
 * containers that share a directory have process ids of their own.
 */
public final class WorkDirectory implements AutoCloseable {
  private static final String PREFIX = "ovms-converter-run-";

  /**
   * Marks the directories of this process, also for other class loaders. Their locks must not be
   * tried: when a process closes a file, POSIX drops all of its locks on that file.
   */
  private static final String OWN_PREFIX = PREFIX + processName() + "-";

  private static final String LOCK = ".lock";

  private final Path path;
  private final FileChannel lockFile;

  private WorkDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes a new work directory, readable by this user alone, and removes those of killed runs.
   *
   * @param parent where; it is made if need be
   * @return a new work directory
   * @throws IOException if it cannot be made
   */
  public static WorkDirectory create(Path parent) throws IOException {
    if (Files.exists(parent) && !Files.isDirectory(parent)) {
      throw new NotDirectoryException(parent.toString());
    }
    Files.createDirectories(parent);
    removeAbandoned(parent);
    // One name until the lock is held, so that no other run sees a directory without its lock.
    Path path = Files.createTempDirectory(
        parent,
        "." + OWN_PREFIX,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel channel = null;
    boolean complete = false;
    try {
      channel = FileChannel.open(
          path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel.tryLock();
      Path visible = parent.resolve(path.getFileName().toString().substring(1));
      Files.move(path, visible);
      complete = true;
      return new WorkDirectory(visible, channel);
    } finally {
      if (!complete) { // A full disk, or an interrupt.
        abandon(path, channel);
      }
    }
  }

  /** A name of this process, the same for all class loaders. */
  static String processName() {
    return String.valueOf(System.getProperties()
        .computeIfAbsent("io.github.fuseml.ovms.process", key -> DurableFiles.randomName()));
  }

  private static void abandon(Path path, @Nullable FileChannel lockFile) {
    try (lockFile) {
      DurableFiles.deleteTree(path);
    } catch (IOException e) {
      // The error that is on its way says more than this one.
    }
  }

  private static void removeAbandoned(Path parent) throws IOException {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path directory : directories) {
        if (isAbandoned(directory)) {
          try {
            remove(directory);
          } catch (IOException e) {
            // Another user's, or another run removes it at this moment: not this run's business.
          }
        }
      }
    }
  }

  private static boolean isAbandoned(Path directory) {
    Path lockFile = directory.resolve(LOCK);
    if (String.valueOf(directory.getFileName()).startsWith(OWN_PREFIX)
        || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        @Nullable FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Removes the lock last: if this process dies meanwhile, the next run goes on. */
  private static void remove(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (!child.endsWith(LOCK)) {
          DurableFiles.deleteTree(child);
        }
      }
    }
    DurableFiles.deleteTree(directory);
  }

  /**
   * The directory.
   *
   * @return an absolute path
   */
  public Path path() {
    return path;
  }

  /**
   * A new directory inside.
   *
   * @param name its name
   * @return the directory
   * @throws IOException if it cannot be made
   */
  public Path subdirectory(String name) throws IOException {
    return Files.createDirectories(path.resolve(name));
  }

  /**
   * Removes the directory and everything in it.
   *
   * @throws IOException if something cannot be removed
   */
  @Override
  public void close() throws IOException {
    try {
      remove(path);
    } finally {
      lockFile.close();
    }
  }
}
