package io.github.fuseml.ovms.gcs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of a part of an object. An end before the last one is an error; closing it before cuts
 * the connection, so that nothing is waited for.
 */
final class GcsRangeStream extends InputStream {
  private final InputStream content;
  private final long length;
  private long left;
  private volatile boolean closed;

  GcsRangeStream(InputStream content, long length) {
    this.content = content;
    this.length = length;
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int wanted) throws IOException {
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
      throw failed("it ended too early", null);
    }
    left -= count;
    return count;
  }

  private int receive(byte[] bytes, int offset, int wanted) throws IOException {
    try {
      return content.read(bytes, offset, wanted);
    } catch (IOException | IllegalStateException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    }
  }

  private IOException failed(String found, @org.jspecify.annotations.Nullable Exception cause) {
    return new IOException(
        "the connection failed after " + (length - left) + " of " + length + " bytes: " + found,
        cause);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      content.close();
    }
  }
}
