package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * A directory that is filled out of sight, under a temporary name. Files are moved into it rather than
 * copied, and given back when it is not kept: whoever loses the race for a name writes the same files
 * under another one.
 */
final class StagedDirectory {
  private final Path path;
  private final Deque<Move> moves = new ArrayDeque<>();

  private record Move(Path from, Path to) {}

  StagedDirectory(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  void fill(Map<String, Path> files) throws IOException {
    Files.createDirectory(path);
    for (Map.Entry<String, Path> file : files.entrySet()) {
      add(file.getValue(), path.resolve(file.getKey()));
    }
    DurableFiles.sync(path);
  }

  private void add(Path file, Path staged) throws IOException {
    Files.createDirectories(staged.getParent());
    try {
      Files.move(file, staged, StandardCopyOption.ATOMIC_MOVE);
      moves.push(new Move(file, staged));
      DurableFiles.sync(staged);
    } catch (AtomicMoveNotSupportedException e) {
      DurableFiles.copy(file, staged); // Another file system.
    }
  }

  /** The files are where they belong. */
  void keep() {
    moves.clear();
  }

  /** Moves the files back to where they were, unless they were kept. */
  void giveBack() {
    for (Move move : moves) {
      try {
        Files.move(move.to(), move.from(), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        // The error that is on its way says more than this one.
      }
    }
    moves.clear();
  }
}
