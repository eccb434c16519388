package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.spi.RangeStream;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Exactly a part of a body: some bytes at its beginning are skipped, an early end is an error. */
final class PartStream extends RangeStream {
  private final BodyStream body;
  private final @Nullable Supplier<? extends RuntimeException> tooLong;
  private final @Nullable Supplier<? extends RuntimeException> tooShort;
  private long toSkip;

  /**
   * A part.
   *
   * @param body the body
   * @param toSkip how many bytes of it come before the part
   * @param length how many bytes the part has
   * @param tooLong what to throw when the body does not end with the part; null when it may go on
   * @param tooShort what to throw when the body has a good end before the part has; null for what
   *     counts as a connection that was cut
   */
  PartStream(
      BodyStream body,
      long toSkip,
      long length,
      @Nullable Supplier<? extends RuntimeException> tooLong,
      @Nullable Supplier<? extends RuntimeException> tooShort) {
    super(length);
    this.tooLong = tooLong;
    this.tooShort = tooShort;
    this.body = body;
    this.toSkip = toSkip;
  }

  @Override
  protected int receive(byte[] bytes, int offset, int wanted) throws IOException {
    // Here and not when it is opened: what skips much can be closed meanwhile.
    while (toSkip > 0) {
      int skipped = body.read(bytes, offset, (int) Math.min(wanted, toSkip));
      if (skipped < 0) {
        return ended();
      }
      toSkip -= skipped;
    }
    int count = body.read(bytes, offset, wanted);
    if (count < 0) {
      return ended();
    }
    if (count == left() && tooLong != null && body.read() >= 0) {
      throw tooLong.get();
    }
    return count;
  }

  private int ended() {
    if (tooShort != null) {
      throw tooShort.get();
    }
    return -1;
  }

  @Override
  public int available() {
    return toSkip > 0 ? 0 : (int) Math.min(left(), body.available());
  }

  @Override
  protected void release() {
    body.close();
  }
}
