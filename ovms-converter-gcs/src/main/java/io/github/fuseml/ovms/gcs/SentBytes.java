package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.spi.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/** A content on its way, read once from its beginning to its end: its checksum and its progress. */
final class SentBytes {
  private final Content content;
  private final long size;
  private final CRC32C crc = new CRC32C();
  private long arrived;

  SentBytes(Content content, long size) {
    this.content = content;
    this.size = size;
  }

  long size() {
    return size;
  }

  /** Reads the next part into the beginning of an array. */
  void read(byte[] bytes, long offset, int length) throws IOException {
    try (InputStream in = content.open(offset, length)) {
      int count = in.readNBytes(bytes, 0, length);
      if (count < length) {
        throw new IOException("the content ended " + (length - count) + " bytes too early");
      }
    }
    crc.update(bytes, 0, length);
  }

  /** The CRC-32C of what was read so far, as Google writes it: big-endian, in base64. */
  String crc32c() {
    byte[] value =
        ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  /** Tells how many more bytes have arrived. */
  void arrived(long bytes) {
    arrived += bytes;
    content.sent(bytes);
  }

  /** Tells that everything has to be sent again. */
  void takeBack() {
    arrived(-arrived);
  }
}
