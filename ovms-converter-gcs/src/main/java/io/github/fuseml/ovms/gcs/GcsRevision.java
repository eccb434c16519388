package io.github.fuseml.ovms.gcs;

import com.google.api.services.storage.model.StorageObject;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The revision of an artifact: its generation, and the checksums that came with it, so that nobody
 * need ask for them again. As text {@code generation/crc32c/md5}, each in base64, either may be empty.
 *
 * @param generation the generation
 * @param crc32c the CRC-32C in base64, empty if the service told none
 * @param md5 the MD5 in base64, empty if the service told none; composed objects have none
 */
record GcsRevision(long generation, String crc32c, String md5) {
  static String of(StorageObject object) {
    return object.getGeneration() + "/" + text(object.getCrc32c()) + "/"
        + text(object.getMd5Hash());
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value.replace('/', '_');
  }

  /** Reads what {@link #of} wrote. */
  static GcsRevision of(Artifact artifact) {
    String[] parts = String.valueOf(artifact.revision()).split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("no artifact of this store: " + artifact.location());
    }
    return new GcsRevision(
        Long.parseLong(parts[0]), parts[1].replace('_', '/'), parts[2].replace('_', '/'));
  }

  List<Checksum> checksums() {
    List<Checksum> known = new ArrayList<>();
    if (!crc32c.isEmpty()) {
      known.add(Checksum.ofBase64(ChecksumAlgorithm.CRC32C, crc32c));
    }
    if (!md5.isEmpty()) {
      known.add(Checksum.ofBase64(ChecksumAlgorithm.MD5, md5));
    }
    return known;
  }
}
