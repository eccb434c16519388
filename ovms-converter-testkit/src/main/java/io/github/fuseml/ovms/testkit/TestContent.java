package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.spi.Content;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Content that is no file, as it is when the source is another store: it comes in small pieces, tells
 * what was done with it, and fails or ends early where a test wants it so.
 */
public final class TestContent implements Content {
  private static final int PIECE = 10_000;

  private final byte[] bytes;
  private final long promised;
  private final @Nullable Exception openError;
  private final @Nullable Exception readError;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger unclosed = new AtomicInteger();

  private TestContent(
      byte[] bytes, long promised, @Nullable Exception openError, @Nullable Exception readError) {
    this.bytes = bytes;
    this.promised = promised;
    this.openError = openError;
    this.readError = readError;
  }

  /**
   * Content that is as it should be.
   *
   * @param bytes its bytes
   * @return the content
   */
  public static TestContent of(byte[] bytes) {
    return new TestContent(bytes, bytes.length, null, null);
  }

  /** Content that has fewer bytes than its size tells. */
  static TestContent promising(long size, byte[] bytes) {
    return new TestContent(bytes, size, null, null);
  }

  /** Content that cannot be opened. */
  static TestContent notOpening(int size, Exception error) {
    return new TestContent(new byte[size], size, error, null);
  }

  /** Content whose streams fail where these bytes end. */
  static TestContent failingAfter(byte[] bytes, long size, Exception error) {
    return new TestContent(bytes, size, null, error);
  }

  @Override
  public long size() {
    return promised;
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || length > promised - offset) {
      throw new AssertionError(length + " bytes at " + offset + " of " + promised);
    }
    throwIfAny(openError);
    unclosed.incrementAndGet();
    return new Part((int) Math.min(offset, bytes.length), length);
  }

  @Override
  public void sent(long count) {
    sent.addAndGet(count);
  }

  /**
   * What the store has told of its progress.
   *
   * @return the bytes, all together
   */
  public long sent() {
    return sent.get();
  }

  /**
   * How many streams were opened and not closed.
   *
   * @return their number
   */
  public int unclosed() {
    return unclosed.get();
  }

  private static void throwIfAny(@Nullable Exception error) throws IOException {
    if (error instanceof IOException checked) {
      throw checked;
    }
    if (error instanceof RuntimeException unchecked) {
      throw unchecked;
    }
  }

  private final class Part extends FilterInputStream {
    private final boolean complete;
    private boolean closed;

    Part(int offset, long length) {
      super(new ByteArrayInputStream(bytes, offset, (int) Math.min(length, bytes.length - offset)));
      complete = offset + length <= bytes.length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      int count = super.read(target, offset, Math.min(length, PIECE));
      if (count < 0 && !complete) {
        throwIfAny(readError);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        unclosed.decrementAndGet();
      }
      super.close();
    }
  }
}
