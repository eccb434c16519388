package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of a part of an object. An end before the last one is an error; closing it before cuts
 * the connection, so that nothing is waited for.
 */
final class S3RangeStream extends InputStream {
  private final ResponseInputStream<GetObjectResponse> response;
  private final RequestWatch watch;
  private final long length;
  private long left;
  private volatile boolean complete;
  private volatile boolean closed;

  S3RangeStream(ResponseInputStream<GetObjectResponse> response, long length, RequestWatch watch) {
    this.response = response;
    this.length = length;
    this.left = length;
    this.watch = watch;
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
      throw new IOException(
          "the connection ended after " + (length - left) + " of " + length + " bytes");
    }
    left -= count;
    complete = left == 0;
    return count;
  }

  private int receive(byte[] bytes, int offset, int wanted) throws IOException {
    try (RequestWatch.Watched ignored = watch.begin(response::abort)) {
      return response.read(bytes, offset, wanted);
    } catch (SdkException | IllegalStateException e) {
      throw new IOException("the connection failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (complete) {
      response.close(); // Everything has arrived: the connection serves the next request.
    } else {
      response.abort();
    }
  }
}
