package io.github.fuseml.ovms.spi;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * A checksum of a whole file's content. One of a part, or one made of the parts' checksums, as S3
 * gives for some multipart uploads, is none.
 *
 * @param algorithm how it was computed
 * @param hex its value in lower-case hexadecimal, two digits for each byte
 */
public record Checksum(ChecksumAlgorithm algorithm, String hex) {
  /**
   * Brings the value into lower case.
   *
   * @param algorithm how it was computed
   * @param hex its value in hexadecimal, two digits for each byte
   */
  public Checksum {
    Objects.requireNonNull(algorithm, "algorithm");
    hex = hex.toLowerCase(Locale.ROOT);
  }

  /**
   * A checksum as many services write it.
   *
   * @param algorithm how it was computed
   * @param base64 its value in base64
   * @return the checksum
   * @throws IllegalArgumentException if the value is no base64
   */
  public static Checksum ofBase64(ChecksumAlgorithm algorithm, String base64) {
    return new Checksum(algorithm, HexFormat.of().formatHex(Base64.getDecoder().decode(base64)));
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
