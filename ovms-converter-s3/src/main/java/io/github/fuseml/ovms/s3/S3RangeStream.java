package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.Artifact;
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
  private final Artifact artifact;
  private final S3Location at;
  private final S3Session session;
  private final long length;
  private long left;
  private volatile boolean complete;
  private volatile boolean closed;

  S3RangeStream(
      ResponseInputStream<GetObjectResponse> response,
      Artifact artifact,
      S3Location at,
      long length,
      S3Session session) {
    this.response = response;
    this.artifact = artifact;
    this.at = at;
    this.session = session;
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
      throw failed(new IOException("it ended too early"));
    }
    left -= count;
    complete = left == 0;
    return count;
  }

  private int receive(byte[] bytes, int offset, int wanted) throws IOException {
    try {
      return response.read(bytes, offset, wanted);
    } catch (IOException | SdkException | IllegalStateException e) {
      throw failed(e);
    }
  }

  /** A service ends an answer half-way also when the object is replaced under its hands. */
  private IOException failed(Exception cause) {
    if (!closed
        && !Thread.currentThread().isInterrupted()
        && session.isChanged(at, artifact.revision())) {
      return new IOException(S3Errors.changed(Problem.of("read").on(artifact.location()), cause));
    }
    return new IOException(
        "the connection failed after " + (length - left) + " of " + length + " bytes: "
            + cause.getMessage(),
        cause);
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
