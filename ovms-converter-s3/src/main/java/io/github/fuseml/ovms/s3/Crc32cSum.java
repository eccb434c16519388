package io.github.fuseml.ovms.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli) as S3 writes it, and the one of two parts that follow each other. Joining is
 * arithmetic on polynomials over GF(2), as in zlib's {@code crc32_combine}: the first part's value is
 * multiplied by x to the power of the second part's bits.
 */
final class Crc32cSum {
  /** The polynomial, reflected: the highest bit is the coefficient of x^0. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private static final int ONE = 1 << 31;
  private static final int X_TO_8 = ONE >>> 8;

  private Crc32cSum() {}

  static int of(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** The value of two parts together, by the values of each and the length of the second. */
  static int join(int first, int second, long secondLength) {
    int power = ONE;
    int square = X_TO_8;
    for (long bytes = secondLength; bytes != 0; bytes >>>= 1) {
      if ((bytes & 1) != 0) {
        power = multiply(power, square);
      }
      square = multiply(square, square);
    }
    return multiply(first, power) ^ second;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }

  static String base64(int value) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }
}
