package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives downloaded files their names in a directory of this machine: each appears whole or not at all.
 * The directories are forced to the disk once, at the end. Not thread-safe.
 */
public final class LocalPlacement {
  private final WriteMode mode;
  private final KeptFiles kept;
  private final Set<Path> touched = new LinkedHashSet<>();
  private final Deque<Path> files = new ArrayDeque<>();
  private final Deque<Path> replaced = new ArrayDeque<>();
  private final Deque<Path> directories = new ArrayDeque<>();

  /**
   * A placement that has placed nothing yet.
   *
   * @param mode what to do when something is there already
   * @param kept what may be replaced and was kept
   */
  public LocalPlacement(WriteMode mode, KeptFiles kept) {
    this.mode = mode;
    this.kept = kept;
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
      DurableFiles.createDirectories(parent)
          .descendingIterator()
          .forEachRemaining(directories::push);
    }
    if (mode == WriteMode.REPLACE) {
      boolean fresh = !Files.exists(target, LinkOption.NOFOLLOW_LINKS);
      Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      (fresh ? files : replaced).push(target);
      return;
    }
    try {
      DurableFiles.moveIfAbsent(file, target);
      files.push(target);
    } catch (FileAlreadyExistsException e) {
      throw conflict(target);
    }
  }

  /**
   * Removes what was placed where nothing was before, and the directories that were made for it, and
   * puts back what was replaced and kept.
   */
  public void takeBack() {
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // The error that is on its way says more than this one.
      }
    }
    for (Path file : replaced) {
      try {
        kept.putBack(file);
      } catch (IOException e) {
        // Which files are new the error tells.
      }
    }
    directories.forEach(
        directory -> DurableFiles.removeEmpty(new ArrayDeque<>(List.of(directory))));
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
