package io.github.fuseml.ovms.core.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/** Writes that survive a crash of the machine: whole or not at all. */
public final class DurableFiles {
  /**
   * What everything temporary beside somebody's files begins with. OVMS reads versions with a lenient
   * number parser, for which {@code 3.tmp} is 3: the first character must not be a digit.
   */
  public static final String TEMPORARY_PREFIX = ".ovms-converter-";

  private static final SecureRandom RANDOM = new SecureRandom();

  private DurableFiles() {}

  /**
   * A name for something temporary beside other files.
   *
   * @return a name that nobody else has
   */
  public static String temporaryName() {
    return TEMPORARY_PREFIX + randomName();
  }

  static String randomName() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Copies a file and forces it to the disk.
   *
   * @param source the file to read
   * @param target the file to create, which must not exist
   * @throws IOException if it cannot be copied whole; the target may then be partial
   */
  public static void copy(Path source, Path target) throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long size = in.size();
      long done = 0;
      while (done < size) {
        long count = in.transferTo(done, size - done, out);
        if (count <= 0) {
          throw new IOException("it became shorter while it was copied");
        }
        done += count;
      }
      out.force(true);
    }
  }

  /**
   * Writes a stream to a file and forces it to the disk.
   *
   * @param source the bytes to write; it is closed
   * @param size how many bytes it has to have
   * @param target the file to create, which must not exist
   * @throws IOException if it cannot be written whole; the target may then be partial
   */
  public static void copy(InputStream source, long size, Path target) throws IOException {
    try (source;
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long written = source.transferTo(Channels.newOutputStream(out));
      if (written != size) {
        throw new IOException(written + " bytes arrived instead of " + size);
      }
      out.force(true);
    }
  }

  /**
   * Forces a file or a directory to the disk.
   *
   * @param path the file, or a directory whose entries were changed
   * @throws IOException if the disk refuses
   */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Forces a directory to the disk after the step that cannot be taken back: an interrupt waits until
   * it is done.
   *
   * @param directory the directory whose entries were changed
   * @throws IOException if the disk refuses
   */
  public static void syncUninterruptibly(Path directory) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try {
          sync(directory);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Gives a file of the same file system another name, if nobody has it. A hard link is the one way
   * that fails when the name is taken.
   *
   * @param file the file
   * @param target its new name
   * @throws FileAlreadyExistsException if the name is taken
   * @throws IOException if it cannot be moved
   */
  public static void moveIfAbsent(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
      Files.delete(file);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without hard links: the check and the rename are two steps there.
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Gives a file the permissions of another one, and its owner and group as far as this user may.
   *
   * @param original the file that will be replaced
   * @param file the one that will take its place
   * @throws IOException if the permissions cannot be set
   */
  public static void takeOver(Path original, Path file) throws IOException {
    PosixFileAttributeView from =
        Files.getFileAttributeView(original, PosixFileAttributeView.class);
    PosixFileAttributeView to = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (from == null || to == null) {
      return; // A file system that has none of these.
    }
    PosixFileAttributes attributes = from.readAttributes();
    try {
      to.setGroup(attributes.group());
      to.setOwner(attributes.owner());
    } catch (FileSystemException e) {
      // Only root gives files away.
    }
    to.setPermissions(attributes.permissions());
  }

  /**
   * Makes a directory and those above it.
   *
   * @param directory the directory
   * @return the directories that were made, the innermost first, for {@link #removeEmpty}
   * @throws IOException if one cannot be made; the others are then removed again
   */
  public static Deque<Path> createDirectories(Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path current = directory;
    while (current != null && !Files.exists(current, LinkOption.NOFOLLOW_LINKS)) {
      missing.addLast(current);
      current = current.getParent();
    }
    try {
      Files.createDirectories(directory);
      return missing;
    } catch (FileAlreadyExistsException e) {
      removeEmpty(missing);
      throw new NotDirectoryException(e.getFile());
    } catch (IOException e) {
      removeEmpty(missing);
      throw e;
    }
  }

  /**
   * Removes directories as far as they are empty.
   *
   * @param directories what {@link #createDirectories} made
   */
  public static void removeEmpty(Deque<Path> directories) {
    for (Path directory : directories) {
      try {
        Files.deleteIfExists(directory);
      } catch (DirectoryNotEmptyException e) {
        return; // Somebody uses it by now.
      } catch (IOException e) {
        // One that could not be made in the first place.
      }
    }
  }

  /**
   * Removes a directory and everything in it; symbolic links are removed, never followed.
   *
   * @param directory what to remove; nothing happens if it is not there
   * @throws IOException if something cannot be removed
   */
  public static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
        if (error instanceof NoSuchFileException) {
          return FileVisitResult.CONTINUE;
        }
        throw error;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path dir, IOException error) throws IOException {
        Files.deleteIfExists(dir);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
