package io.github.fuseml.ovms.gcs;

import com.google.api.services.storage.model.StorageObject;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version of an object, and what a listing tells of its content, so that its checksums need no
 * request of their own.
 *
 * @param generation the version's number
 * @param crc32c its CRC-32C in base64; empty when it is not told
 * @param md5 its MD5 in base64; empty for a composite object, which has none
 */
record GcsRevision(long generation, String crc32c, String md5) {
  private static final String SEPARATOR = ":"; // No character of base64's.

  static GcsRevision of(StorageObject object) {
    return new GcsRevision(
        object.getGeneration(),
        Objects.requireNonNullElse(object.getCrc32c(), ""),
        Objects.requireNonNullElse(object.getMd5Hash(), ""));
  }

  static GcsRevision of(Artifact artifact) {
    String[] parts = Objects.requireNonNullElse(artifact.revision(), "").split(SEPARATOR, -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not an artifact of this store: " + artifact.location());
    }
    return new GcsRevision(Long.parseLong(parts[0]), parts[1], parts[2]);
  }

  List<Checksum> checksums() {
    List<Checksum> checksums = new ArrayList<>();
    if (!crc32c.isEmpty()) {
      checksums.add(Checksum.ofBase64(ChecksumAlgorithm.CRC32C, crc32c));
    }
    if (!md5.isEmpty()) {
      checksums.add(Checksum.ofBase64(ChecksumAlgorithm.MD5, md5));
    }
    return checksums;
  }

  /** Whether two CRC-32C agree, as far as both are known. */
  boolean hasCrc32c(@Nullable String other) {
    return crc32c.isEmpty() || crc32c.equals(other);
  }

  @Override
  public String toString() {
    return generation + SEPARATOR + crc32c + SEPARATOR + md5;
  }
}
