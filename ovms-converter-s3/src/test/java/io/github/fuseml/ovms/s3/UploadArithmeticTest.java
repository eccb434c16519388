package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.spi.UploadMemory;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The arithmetic of uploads in parts. */
class UploadArithmeticTest {
  private static final long MIB = 1L << 20;

  @Test
  void givenTwoPartsThenTheirSumIsThatOfBothTogether() {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    int whole = Crc32cSum.of(bytes, bytes.length);

    for (int cut : new int[] {0, 1, 7, 4096, 65_535, 99_999, 100_000}) {
      byte[] second = Arrays.copyOfRange(bytes, cut, bytes.length);
      int joined = Crc32cSum.join(
          Crc32cSum.of(bytes, cut), Crc32cSum.of(second, second.length), second.length);
      assertThat(joined).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void givenTheCheckValueOfCrc32cThenItIsWrittenAsS3DoesIt() {
    byte[] digits = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    assertThat(Crc32cSum.of(digits, 9)).isEqualTo(0xE3069283);
    assertThat(Crc32cSum.base64(0xE3069283)).isEqualTo("4waSgw==");
  }

  @Test
  void givenAnySizeThenThereAreAtMostTenThousandParts() {
    assertThat(S3Multipart.partSize(100 * MIB, 8 * MIB)).isEqualTo(8 * MIB);
    assertThat(S3Multipart.partSize(80_000 * MIB, 8 * MIB)).isEqualTo(8 * MIB);
    for (long size : new long[] {80_000 * MIB + 1, 1L << 40, 5L << 40}) {
      long part = S3Multipart.partSize(size, 8 * MIB);
      assertThat(part % MIB).isZero();
      assertThat((size + part - 1) / part).isBetween(1L, 10_000L);
    }
  }

  @Test
  void givenMoreThanThereIsWhenMemoryIsTakenThenItIsAllOfItAndOthersWait() throws Exception {
    UploadMemory memory = new UploadMemory(10 * MIB);
    AtomicBoolean taken = new AtomicBoolean();
    Thread other;
    try (UploadMemory.Share all = memory.take(100 * MIB)) {
      other = new Thread(() -> {
        try (UploadMemory.Share some = memory.take(1)) {
          taken.set(some != null);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      other.start();
      while (other.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(taken).isFalse();
      assertThat(all).isNotNull();
    }
    other.join();
    assertThat(taken).isTrue();
  }
}
