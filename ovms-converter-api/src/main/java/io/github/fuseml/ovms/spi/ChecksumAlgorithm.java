package io.github.fuseml.ovms.spi;

/** How a store tells what a file's content is. */
public enum ChecksumAlgorithm {
  /** SHA-256, 32 bytes. */
  SHA256,
  /**
   * CRC-64/NVME, 8 bytes, the one that S3 computes when nobody asks for another: polynomial {@code
   * 0xad93d23594c93659}, reflected, initial value and final XOR all ones.
   */
  CRC64NVME,
  /** CRC-32C (Castagnoli), 4 bytes, big-endian; what Google's store keeps of every object. */
  CRC32C,
  /** CRC-32 (ISO-HDLC, as in zip), 4 bytes, big-endian. */
  CRC32,
  /** MD5, 16 bytes: good against accidents, not against an adversary. */
  MD5
}
