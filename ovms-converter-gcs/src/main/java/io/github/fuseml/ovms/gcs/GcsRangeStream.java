package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * The bytes of a part of an object. An end before the last one is an error; closing it before cuts the
 * connection, so that nothing is waited for.
 */
final class GcsRangeStream extends InputStream {
  private final HttpResponse response;
  private final InputStream content;
  private long left;
  private volatile boolean complete;
  private volatile boolean closed;

  GcsRangeStream(HttpResponse response, InputStream content, long length) {
    this.response = response;
    this.content = content;
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
    int count;
    try {
      count = content.read(bytes, offset, (int) Math.min(wanted, left));
    } catch (RuntimeException e) {
      throw new IOException("the connection was cut", e); // Of a client that was cut meanwhile.
    }
    if (count < 0) {
      throw new EOFException("it ended too early");
    }
    left -= count;
    complete = left == 0;
    return count;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (complete) {
        content.close(); // Everything has arrived: the connection serves the next request.
      } else {
        response.disconnect();
      }
    } catch (IOException e) {
      // The connection is given up anyway.
    }
  }
}
