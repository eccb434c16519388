package io.github.fuseml.ovms.core.internal.transfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a download that nobody has taken yet, file by file and in their order. Thread-safe.
 */
final class PartQueue {
  private final Deque<Integer> files;
  private final IntUnaryOperator blocksPerPart;
  private final IntUnaryOperator blocksOf;
  private int next;

  /**
   * A part to be moved.
   *
   * @param file its file's number
   * @param firstBlock the number of its first block in the file
   * @param endBlock the number behind its last block
   */
  record Part(int file, int firstBlock, int endBlock) {}

  /**
   * A queue of all parts of the files.
   *
   * @param files the files' numbers, the first to be moved first
   * @param blocksPerPart how many blocks the parts of a file have
   * @param blocksOf how many blocks a file has, at least 1
   */
  PartQueue(List<Integer> files, IntUnaryOperator blocksPerPart, IntUnaryOperator blocksOf) {
    this.files = new ArrayDeque<>(files);
    this.blocksPerPart = blocksPerPart;
    this.blocksOf = blocksOf;
  }

  /** The next part; null when there is none left. */
  synchronized @Nullable Part take() {
    Integer file = files.peek();
    if (file == null) {
      return null;
    }
    int blocks = blocksOf.applyAsInt(file);
    Part part = new Part(file, next, Math.min(next + blocksPerPart.applyAsInt(file), blocks));
    next = part.endBlock();
    if (next == blocks) {
      files.remove();
      next = 0;
    }
    return part;
  }

  /** Puts all parts of a file into the queue once more, at its end. */
  synchronized void again(int file) {
    files.add(file);
  }
}
