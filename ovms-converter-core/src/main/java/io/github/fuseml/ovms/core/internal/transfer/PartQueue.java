package io.github.fuseml.ovms.core.internal.transfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a download that nobody has taken yet, file by file and in their order. A part is handed
 * out with its memory: were it handed out before, the part that all others wait for could be the one
 * that finds none. Thread-safe.
 */
final class PartQueue {
  private final Deque<Integer> files;
  private final PartSizes sizes;
  private final BufferPool pool;
  private final TransferState state;
  private int number;

  /** How many parts there are, and of which size. */
  interface PartSizes {
    int partsOf(int file);

    int sizeOf(int file, int part);

    /** Whether a file's parts can only be had one after the other. */
    boolean inOrder(int file);
  }

  /** A part to be moved: its file's number, its own number in the file, its size, and memory. */
  static final class Part {
    private final int file;
    private final int number;
    private final int size;
    private final byte[] buffer;

    Part(int file, int number, int size, byte[] buffer) {
      this.file = file;
      this.number = number;
      this.size = size;
      this.buffer = buffer;
    }

    int file() {
      return file;
    }

    int number() {
      return number;
    }

    int size() {
      return size;
    }

    byte[] buffer() {
      return buffer;
    }
  }

  /** A queue of all parts of the files, in the order of the list. */
  PartQueue(List<Integer> files, PartSizes sizes, BufferPool pool, TransferState state) {
    this.files = new ArrayDeque<>(files);
    this.sizes = sizes;
    this.pool = pool;
    this.state = state;
  }

  /**
   * The next part; null when there is none left. Whoever gets the first of a file that can only be
   * read in order gets the others by {@link #after}.
   */
  synchronized @Nullable Part take() throws InterruptedException {
    state.requireGoingOn();
    Integer file = files.peek();
    if (file == null) {
      return null;
    }
    int size = sizes.sizeOf(file, number);
    Part part = new Part(file, number, size, pool.acquire(size, state));
    if (++number == sizes.partsOf(file) || sizes.inOrder(file)) {
      files.remove();
      number = 0;
    }
    return part;
  }

  /**
   * The part that follows another, of a file that can only be read in order; null after the last. Such
   * a file holds one part's memory at a time, so that no other waits for it.
   */
  @Nullable
  Part after(Part part) throws InterruptedException {
    int next = part.number + 1;
    if (!sizes.inOrder(part.file) || next == sizes.partsOf(part.file)) {
      return null;
    }
    int size = sizes.sizeOf(part.file, next);
    return new Part(part.file, next, size, pool.acquire(size, state));
  }

  /** Puts all parts of a file into the queue once more, at its end. */
  synchronized void again(int file) {
    files.add(file);
  }
}
