package io.github.fuseml.ovms.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Exactly a part of a body: some bytes at its beginning are skipped, an early end is an error. */
final class PartStream extends InputStream {
  private final BodyStream body;
  private final long length;
  private final @Nullable Supplier<? extends RuntimeException> tooLong;
  private final @Nullable Supplier<? extends RuntimeException> tooShort;
  private long toSkip;
  private long left;

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
    this.tooLong = tooLong;
    this.tooShort = tooShort;
    this.body = body;
    this.toSkip = toSkip;
    this.length = length;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    // Here and not when it is opened: what skips much can be closed meanwhile.
    while (toSkip > 0) {
      toSkip -= some(body.read(bytes, offset, (int) Math.min(count, toSkip)));
    }
    int read = some(body.read(bytes, offset, (int) Math.min(count, left)));
    left -= read;
    if (left == 0 && tooLong != null && body.read() >= 0) {
      throw tooLong.get();
    }
    return read;
  }

  private int some(int count) throws EOFException {
    if (count < 0 && tooShort != null) {
      throw tooShort.get();
    }
    if (count < 0) {
      throw new EOFException(
          "the body ended after " + (length - left) + " of " + length + " bytes");
    }
    return count;
  }

  @Override
  public int available() {
    return toSkip > 0 ? 0 : (int) Math.min(left, body.available());
  }

  @Override
  public void close() {
    body.close();
  }
}
