package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Sums up each block when it comes, in any order, or nothing where the store has no checksum. */
final class CombinedDigest implements BlockDigest {
  private final @Nullable Checksum expected;
  private final @Nullable CombinedCrc crc;
  private final AtomicLongArray sums;
  private final AtomicLongArray sizes;
  private final AtomicInteger missing;

  /** A digest of that many blocks, for a cyclic checksum or none. */
  CombinedDigest(int blocks, @Nullable Checksum expected) {
    this.expected = expected;
    this.crc = expected == null ? null : CombinedCrc.of(expected.algorithm());
    this.sums = new AtomicLongArray(crc == null ? 0 : blocks);
    this.sizes = new AtomicLongArray(crc == null ? 0 : blocks);
    this.missing = new AtomicInteger(blocks);
  }

  @Override
  public boolean take(int block, byte[] buffer, int size) {
    if (crc != null) {
      java.util.zip.Checksum sum = crc.start();
      sum.update(buffer, 0, size);
      sums.set(block, sum.getValue());
      sizes.set(block, size);
    }
    return missing.decrementAndGet() == 0;
  }

  @Override
  public @Nullable String disagreement() {
    if (crc == null || expected == null) {
      return null;
    }
    long whole = sums.get(0);
    for (int block = 1; block < sums.length(); block++) {
      whole = crc.combine(whole, sums.get(block), sizes.get(block));
    }
    return ContentDigest.compare(expected, crc.hex(whole));
  }

  @Override
  public @Nullable String sha256() {
    return null;
  }
}
