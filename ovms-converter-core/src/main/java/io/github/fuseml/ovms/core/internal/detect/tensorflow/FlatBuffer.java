package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.nio.charset.StandardCharsets;

/** The few things of a FlatBuffer that are needed: tables, vectors and texts, every offset checked. */
final class FlatBuffer {
  private static final int LONGEST_TEXT = 4096;

  private final FileBytes bytes;

  FlatBuffer(FileBytes bytes) {
    this.bytes = bytes;
  }

  /** The position of the root table. */
  long root() throws MalformedException {
    return indirect(0);
  }

  /** Follows the offset that stands at a position. */
  long indirect(long position) throws MalformedException {
    return checked(position + unsigned(position));
  }

  /** The position of a table's field; 0 when it has its default. */
  long field(long table, int index) throws MalformedException {
    long vtable = checked(table - number(table));
    int slot = 4 + 2 * index;
    if (slot + 2 > shortNumber(vtable)) {
      return 0;
    }
    int offset = shortNumber(vtable + slot);
    return offset == 0 ? 0 : checked(table + offset);
  }

  /** The position of a vector or text that a field refers to; 0 when there is none. */
  long reference(long table, int index) throws MalformedException {
    long field = field(table, index);
    return field == 0 ? 0 : indirect(field);
  }

  /** The number of elements of a vector, each at least {@code width} bytes wide. */
  long length(long vector, int width) throws MalformedException {
    if (vector == 0) {
      return 0;
    }
    long length = unsigned(vector);
    if (length * width > bytes.size() - vector - 4) {
      throw new MalformedException(
          "truncated: a vector of " + length + " elements does not fit into the file");
    }
    return length;
  }

  /** The position of an element of a vector. */
  static long element(long vector, long index, int width) {
    return vector + 4 + index * width;
  }

  String text(long position) throws MalformedException {
    int length = (int) Math.min(length(position, 1), LONGEST_TEXT);
    return length == 0 ? "" : new String(bytes.copy(position + 4, length), StandardCharsets.UTF_8);
  }

  int byteNumber(long position) throws MalformedException {
    return bytes.at(position);
  }

  int number(long position) throws MalformedException {
    return shortNumber(position) | shortNumber(position + 2) << 16;
  }

  private long unsigned(long position) throws MalformedException {
    return number(position) & 0xffff_ffffL;
  }

  private int shortNumber(long position) throws MalformedException {
    return bytes.at(position) | bytes.at(position + 1) << 8;
  }

  private long checked(long position) throws MalformedException {
    if (position < 0 || position >= bytes.size()) {
      throw new MalformedException(
          "truncated: it refers to byte " + position + ", the file ends after " + bytes.size());
    }
    return position;
  }
}
