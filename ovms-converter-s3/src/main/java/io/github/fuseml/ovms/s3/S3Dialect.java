package io.github.fuseml.ovms.s3;

/** Whose variety of the protocol a service speaks. */
enum S3Dialect {
  /** AWS's own, as far as a compatible server follows it. */
  S3,
  /** Google's XML API: no conditional writes, no checksum headers of AWS's. */
  GOOGLE
}
