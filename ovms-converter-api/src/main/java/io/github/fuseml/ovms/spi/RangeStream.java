package io.github.fuseml.ovms.spi;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of a part of an artifact, as {@link ArtifactStore#read} promises them: no more than were
 * asked for, and an end before the last one is an error and never the end. A store's stream says where
 * the bytes come from.
 *
 * <p>For one reader; {@link #close} may be called by any thread, and makes further reads fail.
 */
public abstract class RangeStream extends InputStream {
  private final long length;
  private long left;
  private volatile boolean complete;
  private volatile boolean closed;

  /**
   * A part.
   *
   * @param length how many bytes it has
   */
  protected RangeStream(long length) {
    this.length = length;
    this.left = length;
    this.complete = length == 0;
  }

  /**
   * Receives some bytes.
   *
   * @param bytes where they go
   * @param offset at which place
   * @param wanted how many, at most: one or more, and no more than are left
   * @return how many came; -1 when nothing comes any more
   * @throws IOException if the source fails
   */
  protected abstract int receive(byte[] bytes, int offset, int wanted) throws IOException;

  /**
   * Lets the source go, once.
   *
   * @throws IOException if that fails
   */
  protected abstract void release() throws IOException;

  /**
   * The error to throw when the source failed, or ended too early.
   *
   * @param cause what it failed with
   * @return an error that tells how far it came, unless overridden
   */
  protected IOException failed(Exception cause) {
    return new IOException(
        "the connection failed after " + (length - left) + " of " + length + " bytes: "
            + cause.getMessage(),
        cause);
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int read(byte[] bytes, int offset, int wanted) throws IOException {
    Objects.checkFromIndexSize(offset, wanted, bytes.length);
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (wanted == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int count = receive(bytes, offset, (int) Math.min(wanted, left));
    if (count < 0) {
      throw failed(new EOFException("it ended too early"));
    }
    left -= count;
    complete = left == 0; // For who closes it, perhaps another thread.
    return count;
  }

  /**
   * Whether every byte has come, so that a connection can serve another request.
   *
   * @return true if none is left
   */
  protected final boolean isComplete() {
    return complete;
  }

  /**
   * Whether it was closed, perhaps under the hands of its reader.
   *
   * @return true if it was
   */
  protected final boolean isClosed() {
    return closed;
  }

  /**
   * How many bytes there are to come; for the reader's thread.
   *
   * @return the number, 0 at the end
   */
  protected final long left() {
    return left;
  }

  @Override
  public final void close() throws IOException {
    if (!closed) {
      closed = true;
      release();
    }
  }
}
