package io.github.fuseml.ovms.core.internal.detect.files;

import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;

/**
 * A file's bytes at any offset, read in windows. A window grows while the reading goes on without
 * large gaps, and starts small again after a jump: so structure costs few requests, and skipped
 * tensors cost no bytes.
 */
public final class FileBytes {
  private static final int SMALLEST = 4 << 10;
  private static final int LARGEST = 1 << 20;
  private static final int NEAR = 64 << 10;
  private static final long BUDGET = 512L << 20;

  private final ModelTree tree;
  private final Artifact file;
  private byte[] window = {};
  private long start;
  private int ahead = SMALLEST;
  private long read;

  /**
   * Bytes of a file.
   *
   * @param tree the tree that holds it
   * @param file the file
   */
  public FileBytes(ModelTree tree, Artifact file) {
    this.tree = tree;
    this.file = file;
  }

  /**
   * The file's size.
   *
   * @return the size in bytes
   */
  public long size() {
    return file.size();
  }

  /**
   * One byte.
   *
   * @param offset where it is
   * @return the byte, 0 to 255
   * @throws MalformedException if the file ends before it
   */
  public int at(long offset) throws MalformedException {
    long index = offset - start;
    if (index < 0 || index >= window.length) {
      fill(offset, 1);
      index = offset - start;
    }
    return window[(int) index] & 0xff;
  }

  /**
   * A piece of the file.
   *
   * @param offset where it begins
   * @param length how many bytes, at most 1 MiB
   * @return exactly these bytes
   * @throws MalformedException if the file ends before them
   */
  public byte[] copy(long offset, int length) throws MalformedException {
    long index = offset - start;
    if (index < 0 || index + length > window.length) {
      fill(offset, length);
      index = 0;
    }
    byte[] piece = new byte[length];
    System.arraycopy(window, (int) index, piece, 0, length);
    return piece;
  }

  private void fill(long offset, int needed) throws MalformedException {
    if (offset < 0 || offset > file.size() - needed) {
      throw new MalformedException(
          "something at byte " + offset + " is missing: the file ends after " + file.size());
    }
    if (read > BUDGET) {
      throw new MalformedException("its structure alone takes more than " + BUDGET + " bytes");
    }
    long gap = offset - (start + window.length);
    boolean follows = window.length > 0 && gap > -LARGEST && gap <= NEAR;
    ahead = follows ? Math.min(ahead * 2, LARGEST) : SMALLEST;
    byte[] piece = tree.read(file, offset, Math.max(ahead, needed));
    read += piece.length;
    if (piece.length < needed) {
      throw new MalformedException("it ends earlier than its listed size of " + file.size());
    }
    window = piece;
    start = offset;
  }
}
