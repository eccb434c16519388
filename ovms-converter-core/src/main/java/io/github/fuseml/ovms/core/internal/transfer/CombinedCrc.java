package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * The cyclic checksum of bytes that are read in pieces and in no order: those of two pieces give that
 * of both together, by arithmetic on polynomials alone (as in zlib's {@code crc32_combine}).
 */
enum CombinedCrc {
  /** See {@link ChecksumAlgorithm#CRC32}. */
  CRC32(ChecksumAlgorithm.CRC32, 32, 0xEDB8_8320L),
  /** See {@link ChecksumAlgorithm#CRC32C}. */
  CRC32C(ChecksumAlgorithm.CRC32C, 32, 0x82F6_3B78L),
  /** See {@link ChecksumAlgorithm#CRC64NVME}. */
  CRC64NVME(ChecksumAlgorithm.CRC64NVME, 64, 0x9A6C_9329_AC4B_C9B5L);

  private final ChecksumAlgorithm algorithm;
  private final int width;
  private final long reflectedPolynomial;

  CombinedCrc(ChecksumAlgorithm algorithm, int width, long reflectedPolynomial) {
    this.algorithm = algorithm;
    this.width = width;
    this.reflectedPolynomial = reflectedPolynomial;
  }

  /** The one of an algorithm; null for one whose checksums cannot be put together. */
  static @Nullable CombinedCrc of(ChecksumAlgorithm algorithm) {
    return Arrays.stream(values())
        .filter(crc -> crc.algorithm == algorithm)
        .findFirst()
        .orElse(null);
  }

  ChecksumAlgorithm algorithm() {
    return algorithm;
  }

  Checksum start() {
    return switch (this) {
      case CRC32 -> new CRC32();
      case CRC32C -> new CRC32C();
      case CRC64NVME -> new Crc64Nvme();
    };
  }

  String hex(long value) {
    return width == 64
        ? HexFormat.of().toHexDigits(value)
        : HexFormat.of().toHexDigits((int) value);
  }

  /** The checksum of two pieces, of which the second has that length. */
  long combine(long first, long second, long secondLength) {
    return multiply(powerOfX(secondLength, 3), first) ^ second;
  }

  /** x to the power of {@code n} times two to the {@code k}, modulo the polynomial. */
  private long powerOfX(long n, int k) {
    long power = 1L << (width - 1); // x to the 0, in reflected order
    long square = 1L << (width - 2); // x to the 1
    for (int i = 0; i < k; i++) {
      square = multiply(square, square);
    }
    for (long rest = n; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        power = multiply(square, power);
      }
      square = multiply(square, square);
    }
    return power;
  }

  private long multiply(long a, long b) {
    long product = 0;
    long shifted = b;
    for (long bit = 1L << (width - 1); bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ reflectedPolynomial : shifted >>> 1;
    }
    return product;
  }
}
