package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Sums up each part when it comes, in any order, or nothing where the store has no checksum. */
final class CombinedDigest implements PartDigest {
  private final BufferPool pool;
  private final @Nullable Checksum expected;
  private final @Nullable CombinedCrc crc;
  private final AtomicLongArray sums;
  private final AtomicLongArray sizes;
  private final AtomicInteger missing;

  /** A digest of that many parts, for a cyclic checksum or none. */
  CombinedDigest(int parts, @Nullable Checksum expected, BufferPool pool) {
    this.pool = pool;
    this.expected = expected;
    this.crc = expected == null ? null : CombinedCrc.of(expected.algorithm());
    this.sums = new AtomicLongArray(crc == null ? 0 : parts);
    this.sizes = new AtomicLongArray(crc == null ? 0 : parts);
    this.missing = new AtomicInteger(parts);
  }

  @Override
  public boolean take(int part, byte[] buffer, int size) {
    if (crc != null) {
      java.util.zip.Checksum sum = crc.start();
      sum.update(buffer, 0, size);
      sums.set(part, sum.getValue());
      sizes.set(part, size);
    }
    pool.release(buffer, size);
    return missing.decrementAndGet() == 0;
  }

  @Override
  public @Nullable String disagreement() {
    if (crc == null || expected == null) {
      return null;
    }
    long whole = sums.get(0);
    for (int part = 1; part < sums.length(); part++) {
      whole = crc.combine(whole, sums.get(part), sizes.get(part));
    }
    return ContentDigest.compare(expected, crc.hex(whole));
  }

  @Override
  public @Nullable String sha256() {
    return null;
  }
}
