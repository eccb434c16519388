package io.github.fuseml.ovms.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** A part of an object's content, cut after some bytes when a test wants it so. */
final class InMemoryStream extends InputStream {
  private final byte[] content;
  private final int end;
  private final OptionalLong cut;
  private final LongConsumer counter;
  private int position;
  private long delivered;

  InMemoryStream(byte[] content, int offset, int length, OptionalLong cut, LongConsumer counter) {
    this.content = content;
    this.position = offset;
    this.end = offset + length;
    this.cut = cut;
    this.counter = counter;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, end - position);
    if (cut.isPresent()) {
      count = (int) Math.min(count, cut.getAsLong() - delivered);
      if (count <= 0) {
        throw new IOException("connection reset after " + delivered + " bytes");
      }
    }
    if (count == 0) {
      return -1;
    }
    System.arraycopy(content, position, bytes, offset, count);
    position += count;
    delivered += count;
    counter.accept(count);
    return count;
  }
}
