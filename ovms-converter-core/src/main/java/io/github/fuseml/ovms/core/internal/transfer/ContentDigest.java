package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is computed of a file's bytes as they pass by in their order: the SHA-256, and the checksum by
 * which the store's knowledge is compared. Not thread-safe.
 */
final class ContentDigest {
  private final MessageDigest sha256 = messageDigest("SHA-256");
  private final @Nullable Checksum expected;
  private final @Nullable MessageDigest md5;
  private final java.util.zip.@Nullable Checksum crc;
  private @Nullable String sha256Hex;

  private ContentDigest(@Nullable Checksum expected) {
    this.expected = expected;
    ChecksumAlgorithm algorithm = expected == null ? null : expected.algorithm();
    this.md5 = algorithm == ChecksumAlgorithm.MD5 ? messageDigest("MD5") : null;
    this.crc = algorithm == null ? null : cyclic(algorithm);
  }

  /** A digest that compares with a store's checksum, or with none. */
  static ContentDigest comparingWith(@Nullable Checksum expected) {
    return new ContentDigest(expected);
  }

  /** A digest that compares with the one of a store's checksums that says most. */
  static ContentDigest comparingWith(List<Checksum> known) {
    return new ContentDigest(best(known));
  }

  /** The one of a store's checksums to compare with; null if there is none. */
  static @Nullable Checksum best(List<Checksum> known) {
    // In the order of the enum: a SHA-256 says most, MD5 costs more than everything else.
    return known.stream().min(Comparator.comparing(Checksum::algorithm)).orElse(null);
  }

  private static java.util.zip.@Nullable Checksum cyclic(ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> new CRC32();
      case CRC32C -> new CRC32C();
      case CRC64NVME -> new Crc64Nvme();
      case SHA256, MD5 -> null;
    };
  }

  static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256 and MD5.
    }
  }

  void update(byte[] bytes, int offset, int length) {
    sha256.update(bytes, offset, length);
    if (md5 != null) {
      md5.update(bytes, offset, length);
    }
    if (crc != null) {
      crc.update(bytes, offset, length);
    }
  }

  /** The SHA-256 of all bytes, in lower-case hexadecimal. Ends the digest. */
  String sha256() {
    if (sha256Hex == null) {
      sha256Hex = HexFormat.of().formatHex(sha256.digest());
    }
    return sha256Hex;
  }

  /** What disagrees with the store's checksum; null when nothing does. Ends the digest. */
  @Nullable
  String disagreement() {
    if (expected == null) {
      return null;
    }
    String computed = switch (expected.algorithm()) {
      case SHA256 -> sha256();
      case MD5 -> HexFormat.of().formatHex(Objects.requireNonNull(md5).digest());
      case CRC64NVME -> HexFormat.of().toHexDigits(Objects.requireNonNull(crc).getValue());
      case CRC32, CRC32C ->
        HexFormat.of().toHexDigits((int) Objects.requireNonNull(crc).getValue());
    };
    return compare(expected, computed);
  }

  /** What is wrong with a checksum; null when it is the store's. */
  static @Nullable String compare(Checksum expected, String computed) {
    return computed.equals(expected.hex())
        ? null
        : "its %s is %s and the store's record says %s"
            .formatted(expected.algorithm(), computed, expected.hex());
  }
}
