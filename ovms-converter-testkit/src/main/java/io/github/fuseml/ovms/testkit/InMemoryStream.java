package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.spi.RangeStream;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** A part of an object's content, cut after some bytes when a test wants it so. */
final class InMemoryStream extends RangeStream {
  private final byte[] content;
  private final OptionalLong cut;
  private final LongConsumer counter;
  private int position;
  private long delivered;

  InMemoryStream(byte[] content, int offset, int length, OptionalLong cut, LongConsumer counter) {
    super(length);
    this.content = content;
    this.position = offset;
    this.cut = cut;
    this.counter = counter;
  }

  @Override
  protected int receive(byte[] bytes, int offset, int wanted) throws IOException {
    int count = wanted;
    if (cut.isPresent()) {
      count = (int) Math.min(count, cut.getAsLong() - delivered);
      if (count <= 0) {
        throw new IOException("connection reset after " + delivered + " bytes");
      }
    }
    System.arraycopy(content, position, bytes, offset, count);
    position += count;
    delivered += count;
    counter.accept(count);
    return count;
  }

  @Override
  protected void release() {
    // There is nothing to let go.
  }
}
