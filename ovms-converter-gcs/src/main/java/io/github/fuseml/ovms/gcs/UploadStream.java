package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.spi.Content;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.zip.CRC32C;

/**
 * The content on its way to the service: summed up, counted, and ended by an interrupt. A content that
 * ends too early is an error, for its size was promised.
 */
final class UploadStream extends FilterInputStream {
  private final Content content;
  private final CRC32C sum = new CRC32C();
  private long left;
  private long told;

  UploadStream(Content content) throws IOException {
    super(content.open(0, content.size()));
    this.content = content;
    this.left = content.size();
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (length > 0 && left == 0) {
      return -1;
    }
    int count = take(bytes, offset, (int) Math.min(length, left));
    sum.update(bytes, offset, count);
    left -= count;
    told += count;
    content.sent(count);
    return count;
  }

  private int take(byte[] bytes, int offset, int length) {
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the thread was interrupted");
      }
      int count = in.read(bytes, offset, length);
      if (count < 0) {
        throw new EOFException("it ended before its size was reached");
      }
      return count;
    } catch (IOException | RuntimeException e) {
      throw new ContentFailedException(e);
    }
  }

  /**
   * The content failed, not the service. Unchecked, for the client would take an {@code IOException}
   * for one of the connection, try again, and send what is left as if it were all.
   */
  static final class ContentFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContentFailedException(Exception cause) {
      super(cause);
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Takes back what was told of a progress that came to nothing. */
  void takeBack() {
    content.sent(-told);
    told = 0;
  }

  /** The CRC-32C of what was read, in base64 of its big-endian bytes, as the service writes it. */
  String crc32c() {
    int value = (int) sum.getValue();
    byte[] bytes = {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
    return java.util.Base64.getEncoder().encodeToString(bytes);
  }
}
