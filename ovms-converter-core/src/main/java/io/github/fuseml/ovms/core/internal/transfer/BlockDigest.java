package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is computed of a file's blocks as they arrive: as little as serves. Cyclic checksums are put
 * together from those of the blocks, by all workers; a SHA-256 or MD5 wants the bytes in their order.
 */
interface BlockDigest {
  /**
   * Takes a block, whose memory is the caller's again afterwards. Thread-safe.
   *
   * @return true for the one call after which nothing is missing
   */
  boolean take(int block, byte[] buffer, int size);

  /** What disagrees with the store's checksum, after the last block; null when nothing does. */
  @Nullable
  String disagreement();

  /** The SHA-256 in lower-case hexadecimal, after the last block; null if it was not computed. */
  @Nullable
  String sha256();

  /** Gets a block that was written: fills the buffer and tells its size. */
  interface WrittenBlocks {
    int read(int block, byte[] buffer);
  }

  /**
   * The digest for a file.
   *
   * @param blocks how many blocks it has
   * @param blockSize the size of the largest
   * @param known the store's checksums, of which the cheapest to compare with is chosen
   * @param wantsSha256 whether the SHA-256 is wanted for itself
   * @param written where a block that came before its turn is read again
   */
  static BlockDigest of(
      int blocks, int blockSize, List<Checksum> known, boolean wantsSha256, WrittenBlocks written) {
    Checksum expected = ContentDigest.best(known);
    boolean inOrder = wantsSha256
        || (expected != null
            && (expected.algorithm() == ChecksumAlgorithm.SHA256
                || expected.algorithm() == ChecksumAlgorithm.MD5));
    return inOrder
        ? new OrderedDigest(blocks, blockSize, expected, written)
        : new CombinedDigest(blocks, expected);
  }
}
