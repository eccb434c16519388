package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What an answer of the service tells of an object's content. */
final class S3Checksums {
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

  private S3Checksums() {}

  /** The checksums of the whole content; those that are made of the parts' checksums are none. */
  static List<Checksum> of(HeadObjectResponse head) {
    Map<ChecksumAlgorithm, Checksum> found = new EnumMap<>(ChecksumAlgorithm.class);
    if (!"COMPOSITE".equals(head.checksumTypeAsString())) {
      add(found, ChecksumAlgorithm.SHA256, head.checksumSHA256());
      add(found, ChecksumAlgorithm.CRC64NVME, head.checksumCRC64NVME());
      add(found, ChecksumAlgorithm.CRC32C, head.checksumCRC32C());
      add(found, ChecksumAlgorithm.CRC32, head.checksumCRC32());
    }
    for (String hash : head.sdkHttpResponse().matchingHeaders("x-goog-hash")) {
      for (String one : hash.split(",", -1)) {
        addGoogle(found, one.strip());
      }
    }
    String etag = revision(head.eTag());
    if (etag != null && isPlain(head) && isMd5(etag)) {
      found.putIfAbsent(ChecksumAlgorithm.MD5, new Checksum(ChecksumAlgorithm.MD5, etag));
    }
    return List.copyOf(found.values());
  }

  private static void addGoogle(Map<ChecksumAlgorithm, Checksum> found, String hash) {
    if (hash.startsWith("crc32c=")) {
      add(found, ChecksumAlgorithm.CRC32C, hash.substring("crc32c=".length()));
    } else if (hash.startsWith("md5=")) {
      add(found, ChecksumAlgorithm.MD5, hash.substring("md5=".length()));
    }
  }

  private static void add(
      Map<ChecksumAlgorithm, Checksum> found,
      ChecksumAlgorithm algorithm,
      @Nullable String base64) {
    // Older services do not tell the type; the number of parts behind a '-' does.
    if (base64 != null && !base64.isEmpty() && base64.indexOf('-') < 0) {
      found.put(algorithm, Checksum.ofBase64(algorithm, base64));
    }
  }

  /** Whether the ETag of an object that is in one part is its MD5. */
  static boolean isPlain(HeadObjectResponse head) {
    return head.sseCustomerAlgorithm() == null && isPlain(head.serverSideEncryption());
  }

  static boolean isPlain(@Nullable ServerSideEncryption encryption) {
    return encryption == null || encryption == ServerSideEncryption.AES256;
  }

  static boolean isMd5(@Nullable String revision) {
    return revision != null && MD5.matcher(revision).matches();
  }

  /** The ETag without its quotes, which some services leave out in some answers. */
  static @Nullable String revision(@Nullable String etag) {
    return Optional.ofNullable(etag)
        .map(tag -> tag.length() > 1 && tag.startsWith("\"") && tag.endsWith("\"")
            ? tag.substring(1, tag.length() - 1)
            : tag)
        .orElse(null);
  }
}
