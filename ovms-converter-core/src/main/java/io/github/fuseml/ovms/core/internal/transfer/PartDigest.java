package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is computed of a file's parts as they arrive: as little as serves. Cyclic checksums are put
 * together from those of the parts, by all workers; a SHA-256 or MD5 wants the bytes in their order.
 */
interface PartDigest {
  /**
   * Takes a part, and gives its memory back to the pool when it is not needed any more. Thread-safe.
   *
   * @return true for the one call after which nothing is missing
   */
  boolean take(int part, byte[] buffer, int size);

  /** What disagrees with the store's checksum, after the last part; null when nothing does. */
  @Nullable
  String disagreement();

  /** The SHA-256 in lower-case hexadecimal, after the last part; null if it was not computed. */
  @Nullable
  String sha256();

  /**
   * The digest for a file.
   *
   * @param parts how many parts it has
   * @param known the store's checksums, of which the cheapest to compare with is chosen
   * @param wantsSha256 whether the SHA-256 is wanted for itself
   * @param pool where the memory of the parts belongs
   */
  static PartDigest of(int parts, List<Checksum> known, boolean wantsSha256, BufferPool pool) {
    Checksum expected = ContentDigest.best(known);
    boolean inOrder = wantsSha256
        || (expected != null
            && (expected.algorithm() == ChecksumAlgorithm.SHA256
                || expected.algorithm() == ChecksumAlgorithm.MD5));
    return inOrder
        ? new OrderedDigest(parts, expected, pool)
        : new CombinedDigest(parts, expected, pool);
  }
}
