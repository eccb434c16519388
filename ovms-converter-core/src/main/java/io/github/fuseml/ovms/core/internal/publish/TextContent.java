package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.spi.Content;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A short text as the content of a file, in UTF-8. */
final class TextContent implements Content {
  private final byte[] bytes;

  TextContent(String text) {
    bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public InputStream open(long offset, long length) {
    return new ByteArrayInputStream(bytes, (int) offset, (int) length);
  }
}
