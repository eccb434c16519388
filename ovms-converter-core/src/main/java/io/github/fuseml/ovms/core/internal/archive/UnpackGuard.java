package io.github.fuseml.ovms.core.internal.archive;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes the entries of one archive below a directory, and nothing anywhere else; refuses what no
 * honest archive of a model has. Not thread-safe.
 */
final class UnpackGuard {
  static final int MAX_ENTRIES = 100_000;

  /** Weights hardly shrink; a thousand times is what only made-up content reaches. */
  static final long MAX_RATIO = 1000;

  /** Below this no ratio is looked at: a file of zeros may be small. */
  static final long RATIO_FROM = 64L << 20;

  private static final int BUFFER = 256 * 1024;

  private final Location archive;
  private final long archiveSize;
  private final Path directory;
  private final FileStore disk;
  private final long limit;
  private final byte[] buffer = new byte[BUFFER];
  private int entries;
  private int files;
  private long bytes;

  /** A guard that lets so many bytes through. */
  UnpackGuard(Location archive, long archiveSize, Path directory, long limit) throws IOException {
    this.archive = archive;
    this.archiveSize = archiveSize;
    this.directory = directory;
    this.disk = Files.getFileStore(directory); // Once: Java looks through all mounts for it.
    this.limit = limit;
  }

  /** Makes a directory of the archive. */
  void directory(String name) throws IOException, InterruptedException {
    count();
    String path = withoutDots(name);
    if (!path.isEmpty()) {
      Files.createDirectories(place(path));
    }
  }

  /** Writes a file of the archive, which says how large it is. */
  void file(String name, long size, InputStream content) throws IOException, InterruptedException {
    count();
    requireSpace(name, size);
    Path target = place(withoutDots(name));
    try {
      Files.createDirectories(target.getParent());
      try (OutputStream out =
          Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (int n = read(content); n >= 0; n = read(content)) {
          bytes += n;
          requireHonestSize();
          out.write(buffer, 0, n);
        }
      }
      files++;
    } catch (FileAlreadyExistsException e) {
      throw refused("another entry has taken the name '" + name + "', or a part of it");
    }
  }

  /** Reads what is behind the last entry: only there does gzip tell whether all was right. */
  void rest(InputStream content) throws IOException, InterruptedException {
    while (read(content) >= 0) {
      // It is of no use.
    }
  }

  /** A part of the content. What cannot be read is the archive's fault, unlike what cannot be written. */
  private int read(InputStream content) throws IOException, InterruptedException {
    requireGoingOn();
    try {
      return content.read(buffer);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The error to throw when the archive cannot be read on. */
  UnsupportedFormatException unreadable(IOException error) throws ClosedByInterruptException {
    if (error instanceof ClosedByInterruptException interrupted) {
      throw interrupted;
    }
    return damaged("it is damaged, or no such archive: " + error.getMessage());
  }

  /** Refuses an archive without a file. */
  void requireFiles() {
    if (files == 0) {
      throw damaged("there is no file in it");
    }
  }

  private void count() throws InterruptedException {
    requireGoingOn();
    if (++entries > MAX_ENTRIES) {
      throw refused("it has more than " + MAX_ENTRIES + " entries");
    }
  }

  private static void requireGoingOn() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("cancelled while unpacking");
    }
  }

  private void requireHonestSize() {
    if (bytes > RATIO_FROM && bytes / MAX_RATIO > archiveSize) {
      throw refused("its content is more than %d times as large as itself".formatted(MAX_RATIO));
    }
    if (bytes > limit) {
      throw tooLarge();
    }
  }

  private UnsupportedFormatException tooLarge() {
    return new UnsupportedFormatException(Problem.of("unpack")
        .on(archive)
        .found("its content is larger than the limit of %d MiB".formatted(limit >> 20))
        .remedy("raise the limit (--unpack-limit) if you trust it"));
  }

  private void requireSpace(String name, long size) throws IOException {
    if (bytes + size > limit) {
      throw tooLarge();
    }
    long free = disk.getUsableSpace();
    if (size > free) {
      throw new TransferException(Problem.of("unpack")
          .on(archive)
          .found("'%s' in it has %d MiB, and %d MiB are free on the disk of %s"
              .formatted(name, size >> 20, free >> 20, directory))
          .remedy("free some space, or choose another directory (--work-dir)")
          .mayHelpToRetry());
    }
  }

  /** Many archives begin their paths with {@code ./}, and end those of directories with a slash. */
  private static String withoutDots(String name) {
    String path = name;
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path.equals(".") ? "" : path;
  }

  private Path place(String path) {
    Path place = directory.resolve(path.isEmpty() ? "." : path).normalize();
    if (!ArtifactPaths.isSafe(path) || !place.startsWith(directory)) {
      throw refused("the name '" + path.replace('\0', '\uFFFD') + "' is no safe path");
    }
    return place;
  }

  UnsupportedFormatException notAFile(String name) {
    return refused("'" + name + "' is a link or a device, not a file");
  }

  UnsupportedFormatException refused(String found) {
    return error(found, "unpack it yourself if you trust it, and give the directory");
  }

  UnsupportedFormatException damaged(String found) {
    return error(
        found, "check that it is whole, and of the kind that its name says; or make it anew");
  }

  private UnsupportedFormatException error(String found, String remedy) {
    return new UnsupportedFormatException(
        Problem.of("unpack").on(archive).found(found).remedy(remedy));
  }
}
