package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Gives downloaded files their names in a directory of this machine: each appears whole or not at all.
 * The directories are forced to the disk once, at the end. Not thread-safe.
 */
public final class LocalPlacement {
  private final WriteMode mode;
  private final Set<Path> touched = new LinkedHashSet<>();

  /**
   * A placement that has placed nothing yet.
   *
   * @param mode what to do when something is there already
   */
  public LocalPlacement(WriteMode mode) {
    this.mode = mode;
  }

  /**
   * Moves a file to its place.
   *
   * @param file a file on the same file system
   * @param target where it belongs; directories above it appear as needed
   * @throws IOException if it cannot be moved
   * @throws ConflictException if something is there and must not be replaced
   */
  public void place(Path file, Path target) throws IOException {
    Path parent = target.getParent();
    if (parent != null && touched.add(parent)) {
      Files.createDirectories(parent);
    }
    if (mode == WriteMode.REPLACE) {
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      DurableFiles.moveIfAbsent(file, target);
    } catch (FileAlreadyExistsException e) {
      throw conflict(target);
    }
  }

  private static ConflictException conflict(Path target) {
    return new ConflictException(Problem.of("write")
        .on(target)
        .found("it exists already")
        .remedy("choose another target, or have it replaced (--replace)"));
  }

  /**
   * Forces the names to the disk.
   *
   * @throws IOException if the disk refuses
   */
  public void sync() throws IOException {
    for (Path directory : touched) {
      DurableFiles.syncUninterruptibly(directory);
    }
  }
}
