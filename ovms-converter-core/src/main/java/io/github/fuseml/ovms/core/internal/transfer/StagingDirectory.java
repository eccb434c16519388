package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a download that may be gone on with grows. Its name is made of where that comes from (as it is
 * printed: a signature in the query of a URL may be another one each time), and of what is downloaded,
 * down to the revision of each file, so that a run finds what an earlier one of the same download left, and never
 * that of another. A lock keeps two runs from working in it at once.
 */
final class StagingDirectory implements AutoCloseable {
  private static final Duration FORGOTTEN = Duration.ofDays(7);
  private static final String LOCK = ".lock";

  /**
   * The directories that this process works in. Their locks must not be tried again: when a process
   * closes a file, POSIX drops all of its locks on that file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;

  /** What the names of all directories for this source begin with. */
  private final String ofSource;

  private final FileChannel lockFile;
  private final DownloadJournal journal;

  private StagingDirectory(
      Path path, String ofSource, FileChannel lockFile, DownloadJournal journal) {
    this.path = path;
    this.ofSource = ofSource;
    this.lockFile = lockFile;
    this.journal = journal;
  }

  /**
   * Opens the directory of a download.
   *
   * @param parent where such directories are
   * @param source what is downloaded from
   * @param files what is downloaded, each with a revision
   * @param plan how it is cut into parts
   * @return the directory; null if somebody else works in it, or made it
   */
  static @Nullable StagingDirectory open(
      Path parent, Location source, List<Artifact> files, PartPlan plan) throws IOException {
    Files.createDirectories(parent);
    removeForgotten(parent);
    String ofSource = prefix() + key(source.toString(), 6) + '-';
    Path path = parent.resolve(ofSource + key(contents(files, plan), 12));
    if (!HELD.add(path)) {
      return null;
    }
    FileChannel lockFile = null;
    boolean complete = false;
    try {
      if (!makeOwn(path)) {
        return null;
      }
      lockFile = lock(path);
      if (lockFile == null) {
        return null;
      }
      StagingDirectory opened = new StagingDirectory(
          path, ofSource, lockFile, DownloadJournal.open(path.resolve("journal")));
      complete = true;
      return opened;
    } finally {
      if (!complete) {
        if (lockFile != null) {
          lockFile.close();
        }
        HELD.remove(path);
      }
    }
  }

  /** OVMS and later runs pass over names that begin like this. */
  private static String prefix() {
    return DurableFiles.TEMPORARY_PREFIX + "download-";
  }

  private static String contents(List<Artifact> files, PartPlan plan) {
    StringBuilder text = new StringBuilder();
    text.append(plan.blockSize()).append('\n');
    for (Artifact file : files) {
      text.append(file.path()).append('\0').append(file.size()).append('\0');
      text.append(file.revision()).append('\n');
    }
    return text.toString();
  }

  private static String key(String text, int bytes) {
    MessageDigest sha256 = ContentDigest.messageDigest("SHA-256");
    byte[] digest = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, bytes);
  }

  /** False if the directory is not this user's own: its content could be anybody's. */
  private static boolean makeOwn(Path path) throws IOException {
    try {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return true;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      Path probe = Files.createTempFile(path.getParent(), DurableFiles.TEMPORARY_PREFIX, "");
      try {
        boolean own = Files.getOwner(path).equals(Files.getOwner(probe));
        return own
            && PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                .equals("rwx------");
      } finally {
        Files.deleteIfExists(probe);
      }
    }
  }

  private static @Nullable FileChannel lock(Path path) throws IOException {
    FileChannel channel = FileChannel.open(
        path.resolve(LOCK),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another class loader's copy of this class in this process.
    }
    if (lock == null) {
      channel.close();
      return null;
    }
    return channel;
  }

  /** What no run has gone on with for a week. */
  private static void removeForgotten(Path parent) throws IOException {
    Instant limit = Instant.now().minus(FORGOTTEN);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, prefix() + "*")) {
      for (Path path : found) {
        Path journal = path.resolve("journal");
        try {
          if (Files.isRegularFile(journal, LinkOption.NOFOLLOW_LINKS)
              && Files.getLastModifiedTime(journal).toInstant().isBefore(limit)) {
            DurableFiles.deleteTree(path);
          }
        } catch (IOException e) {
          // Another user's, or somebody else removes it at this moment.
        }
      }
    }
  }

  /** The directory that the files are put together in. */
  Path files() {
    return path.resolve("files");
  }

  DownloadJournal journal() {
    return journal;
  }

  /** Removes it and everything in it; the lock goes last. */
  void delete() throws IOException {
    DurableFiles.deleteTree(files());
    DurableFiles.deleteTree(path);
  }

  /**
   * Removes what killed runs have left of the same source when it held something else: now that a
   * download of it is done, nobody will go on with those.
   */
  void removeOutdated() {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path.getParent(), ofSource + "*")) {
      for (Path other : found) {
        if (!other.equals(path) && HELD.add(other)) {
          try {
            removeUnlocked(other);
          } finally {
            HELD.remove(other);
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Rubbish that stays for a while does no harm.
    }
  }

  private static void removeUnlocked(Path directory) throws IOException {
    if (!makeOwn(directory)) {
      return;
    }
    try (FileChannel lock = lock(directory)) {
      if (lock != null) {
        DurableFiles.deleteTree(directory);
      }
    }
  }

  /** Leaves it as it is, for a later run. */
  @Override
  public void close() throws IOException {
    try {
      journal.close();
    } finally {
      lockFile.close();
      HELD.remove(path);
    }
  }
}
