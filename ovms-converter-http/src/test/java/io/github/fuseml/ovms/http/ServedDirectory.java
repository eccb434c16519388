package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** A directory that a server serves, filled behind its back. */
final class ServedDirectory {
  private static final AtomicInteger SECONDS = new AtomicInteger();

  private final Path root;
  private final Location url;

  ServedDirectory(Path root, URI url) {
    this.root = root;
    this.url = Location.of(url.toString());
  }

  /** The location of a new, empty part of it. */
  Location newBase() {
    return url.resolve("base-" + SECONDS.incrementAndGet());
  }

  Location location(String path) {
    return url.resolve(path);
  }

  Path file(Location location) {
    return root.resolve(java.util.Objects.requireNonNull(url.relativize(location)));
  }

  /**
   * Puts a file there in one step, as rsync does. Each is older than the one before by a second, for
   * servers tell versions apart by the time in seconds.
   */
  Path put(Location location, byte[] content) {
    Path file = file(location);
    try {
      makeDirectories(file.getParent());
      Path temporary = Files.createTempFile(root.getParent(), "put", "");
      Files.write(temporary, content);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-rw-rw-"));
      Files.setLastModifiedTime(
          temporary,
          FileTime.from(Instant.now().minusSeconds(86_400L + SECONDS.incrementAndGet())));
      return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server may run as another user. */
  private void makeDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      makeDirectories(directory.getParent());
      Files.createDirectory(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  void remove(Location location) {
    try {
      Files.deleteIfExists(file(location));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
