package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.RangeStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The bytes of a part of an object; closing it early cuts the connection, to wait for nothing. */
final class S3RangeStream extends RangeStream {
  private final ResponseInputStream<GetObjectResponse> response;
  private final Artifact artifact;
  private final S3Location at;
  private final S3Session session;

  S3RangeStream(
      ResponseInputStream<GetObjectResponse> response,
      Artifact artifact,
      S3Location at,
      long length,
      S3Session session) {
    super(length);
    this.response = response;
    this.artifact = artifact;
    this.at = at;
    this.session = session;
  }

  @Override
  protected int receive(byte[] bytes, int offset, int wanted) throws IOException {
    try {
      return response.read(bytes, offset, wanted);
    } catch (IOException | SdkException | IllegalStateException e) {
      throw failed(e);
    }
  }

  /** A service ends an answer half-way also when the object is replaced under its hands. */
  @Override
  protected IOException failed(Exception cause) {
    if (!isClosed()
        && !Thread.currentThread().isInterrupted()
        && session.isChanged(at, artifact.revision())) {
      return new IOException(S3Errors.changed(Problem.of("read").on(artifact.location()), cause));
    }
    return super.failed(cause);
  }

  @Override
  protected void release() throws IOException {
    if (isComplete()) {
      response.close(); // Everything has arrived: the connection serves the next request.
    } else {
      response.abort();
    }
  }
}
