package io.github.fuseml.ovms.core.internal.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checksums that the JDK does not have, and those of pieces put together. */
class CyclicChecksumTest {
  private static final long REFLECTED_POLYNOMIAL = 0x9A6C_9329_AC4B_C9B5L;

  private final Random random = new Random(1);

  @Test
  void givenThePublishedTextThenItHasThePublishedCrc64Nvme() {
    Crc64Nvme crc = new Crc64Nvme();
    crc.update("123456789".getBytes(US_ASCII), 0, 9);
    assertThat(crc.getValue()).isEqualTo(0xAE8B_1486_0A79_9888L);
  }

  @Test
  void givenAnyBytesInAnyStepsThenCrc64NvmeIsWhatBitAfterBitGives() {
    for (int size = 0; size < 200; size++) {
      byte[] bytes = bytes(size);
      int cut = random.nextInt(size + 1);
      Crc64Nvme crc = new Crc64Nvme();
      crc.update(bytes, 0, cut);
      crc.update(bytes, cut, size - cut);
      assertThat(crc.getValue()).as("%d bytes, %d first", size, cut).isEqualTo(bitwise(bytes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenContentInPiecesThenTheirChecksumsGiveThatOfTheWhole(CombinedCrc kind) {
    for (int round = 0; round < 100; round++) {
      byte[] bytes = bytes(1 + random.nextInt(5000));
      long combined = kind.start().getValue();
      for (int done = 0; done < bytes.length; ) {
        int length = 1 + random.nextInt(bytes.length - done);
        combined = kind.combine(combined, sum(kind, bytes, done, length), length);
        done += length;
      }
      assertThat(combined).isEqualTo(sum(kind, bytes, 0, bytes.length));
    }
  }

  private static long sum(CombinedCrc kind, byte[] bytes, int offset, int length) {
    Checksum sum = kind.start();
    sum.update(bytes, offset, length);
    return sum.getValue();
  }

  private static long bitwise(byte[] bytes) {
    long crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED_POLYNOMIAL;
      }
    }
    return ~crc;
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
