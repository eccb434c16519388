package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.spi.RangeStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a part of an object; closing it early cuts the connection, to wait for nothing. */
final class GcsRangeStream extends RangeStream {
  private final InputStream content;

  GcsRangeStream(InputStream content, long length) {
    super(length);
    this.content = content;
  }

  @Override
  protected int receive(byte[] bytes, int offset, int wanted) throws IOException {
    try {
      return content.read(bytes, offset, wanted);
    } catch (IOException | IllegalStateException e) {
      throw failed(e);
    }
  }

  @Override
  protected void release() throws IOException {
    content.close();
  }
}
