package io.github.fuseml.ovms.core.internal.detect.files;

import java.io.IOException;
import java.io.InputStream;

/** A file from its beginning as a stream, for parsers that want one. */
public final class FileStream extends InputStream {
  private static final int PIECE = 32 << 10;

  private final FileBytes bytes;
  private long position;

  /**
   * A stream before the first byte.
   *
   * @param bytes the file
   */
  public FileStream(FileBytes bytes) {
    this(bytes, 0);
  }

  /**
   * A stream from a byte on.
   *
   * @param bytes the file
   * @param position the first byte to read
   */
  public FileStream(FileBytes bytes, long position) {
    this.bytes = bytes;
    this.position = position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int available = (int) Math.min(Math.min(length, PIECE), bytes.size() - position);
    if (length == 0 || available <= 0) {
      return length == 0 ? 0 : -1;
    }
    try {
      byte[] piece = bytes.copy(position, available);
      System.arraycopy(piece, 0, buffer, offset, available);
      position += available;
      return available;
    } catch (MalformedException e) {
      throw new IOException(e.reason());
    }
  }
}
