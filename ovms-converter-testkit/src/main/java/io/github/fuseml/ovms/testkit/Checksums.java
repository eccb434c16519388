package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** Checksums as their definitions have them, not as fast as possible. */
final class Checksums {
  /** The polynomial {@code 0xad93d23594c93659}, its bits in reverse order. */
  private static final long CRC64_NVME = Long.reverse(0xad93d23594c93659L);

  private Checksums() {}

  static Checksum of(ChecksumAlgorithm algorithm, byte[] content) {
    return new Checksum(
        algorithm,
        switch (algorithm) {
          case SHA256 -> digest("SHA-256", content);
          case MD5 -> digest("MD5", content);
          case CRC32 -> crc(new CRC32(), content);
          case CRC32C -> crc(new CRC32C(), content);
          case CRC64NVME -> HexFormat.of().toHexDigits(crc64(content));
        });
  }

  private static String digest(String name, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has it", e);
    }
  }

  private static String crc(java.util.zip.Checksum crc, byte[] content) {
    crc.update(content);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static long crc64(byte[] content) {
    long crc = -1;
    for (byte each : content) {
      crc ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ CRC64_NVME;
      }
    }
    return ~crc;
  }
}
