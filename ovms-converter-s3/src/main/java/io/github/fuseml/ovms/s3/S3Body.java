package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.spi.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A part of a content in memory: read once from where it comes, perhaps another store, and sent as
 * often as it takes. Its CRC-32C goes with it.
 */
final class S3Body {
  private final byte[] buffer;
  private final int length;
  private final int crc32c;

  private S3Body(byte[] buffer, int length) {
    this.buffer = buffer;
    this.length = length;
    this.crc32c = Crc32cSum.of(buffer, length);
  }

  static S3Body read(Content content, long offset, byte[] buffer, int length) throws IOException {
    try (InputStream in = content.open(offset, length)) {
      int count = in.readNBytes(buffer, 0, length);
      if (count < length) {
        throw new IOException("the content ended " + (length - count) + " bytes too early");
      }
    }
    return new S3Body(buffer, length);
  }

  int length() {
    return length;
  }

  int crc32c() {
    return crc32c;
  }

  /** The bytes for the SDK, which asks for them anew for each attempt. */
  RequestBody request() {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(buffer, 0, length), length, "application/octet-stream");
  }

  /** Whether a service's MD5, in hexadecimal, is that of these bytes. */
  boolean hasMd5(String hex) {
    return Arrays.equals(HexFormat.of().parseHex(hex), md5());
  }

  String md5Base64() {
    return Base64.getEncoder().encodeToString(md5());
  }

  private byte[] md5() {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(buffer, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has MD5", e);
    }
  }
}
