package io.github.fuseml.ovms.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * What a service says of the bytes that it has got, of an object or of a part of one.
 *
 * @param etag with its quotes
 * @param crc32c in Base64; null where the service tells none
 * @param encryption how it encrypts them; null where it does not
 */
record Received(
    @Nullable String etag,
    @Nullable String crc32c,
    @Nullable ServerSideEncryption encryption) {
  static Received of(PutObjectResponse answer) {
    return new Received(answer.eTag(), answer.checksumCRC32C(), answer.serverSideEncryption());
  }

  static Received of(UploadPartResponse answer) {
    return new Received(answer.eTag(), answer.checksumCRC32C(), answer.serverSideEncryption());
  }

  static Received of(SdkHttpResponse head) {
    return new Received(
        head.firstMatchingHeader("ETag").orElse(null),
        head.firstMatchingHeader("x-amz-checksum-crc32c").orElse(null),
        ServerSideEncryption.fromValue(
            head.firstMatchingHeader("x-amz-server-side-encryption").orElse(null)));
  }

  /** Whether these are the bytes that were sent, by what the service tells. */
  boolean isOf(S3Body body) {
    if (crc32c != null) {
      return crc32c.equals(Crc32cSum.base64(body.crc32c()));
    }
    String revision = S3Checksums.isPlain(encryption) ? S3Checksums.revision(etag) : null;
    return revision == null || !S3Checksums.isMd5(revision) || body.hasMd5(revision);
  }
}
