package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Content;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Content in memory. Thread-safe as long as nobody writes to the array. */
final class BytesContent implements Content {
  private final byte[] bytes;
  private final int length;
  private final FileProgress progress;

  /** The first bytes of an array, which is not copied. */
  BytesContent(byte[] bytes, int length, FileProgress progress) {
    this.bytes = bytes;
    this.length = length;
    this.progress = progress;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public InputStream open(long offset, long count) {
    return new ByteArrayInputStream(bytes, (int) offset, (int) count);
  }

  @Override
  public void sent(long count) {
    progress.sent(count);
  }
}
