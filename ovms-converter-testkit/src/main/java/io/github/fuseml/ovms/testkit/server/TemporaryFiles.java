package io.github.fuseml.ovms.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories for servers, some of which run as another user when root starts them. */
final class TemporaryFiles {
  private TemporaryFiles() {}

  /** A new directory that everybody may look into. */
  static Path directory(String name) {
    try {
      Path directory = Files.createTempDirectory("ovms-" + name + "-");
      return open(directory, "rwxr-xr-x");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a directory for " + name, e);
    }
  }

  /** A directory below another one that everybody may write to. */
  static Path writable(Path directory) {
    try {
      return open(Files.createDirectories(directory), "rwxrwxrwx");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory, e);
    }
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Deletes as much as can be deleted. */
  static void delete(Path directory) {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(directory)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      return; // gone already, or still being written to by a process that was killed
    }
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // What is left lies in the directory for temporary files, to be cleared by the system.
      }
    }
  }

  private static Path open(Path directory, String permissions) throws IOException {
    // Not at creation: the process's umask would take some of them away.
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
