package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;

/**
 * A location in terms of S3. The key is what follows the bucket's slash, character by character:
 * nothing is decoded, and no slash is dropped.
 *
 * @param location the location as it was given
 * @param bucket the bucket, never empty
 * @param key the object's key; empty for the bucket itself
 */
record S3Location(Location location, String bucket, String key) {
  /** Takes a location apart, and refuses one of another scheme or without a bucket. */
  static S3Location of(Location location, String scheme) {
    String value = location.value();
    int start = scheme.length() + "://".length();
    if (!location.scheme().equals(scheme) || !value.startsWith("://", scheme.length())) {
      throw refused(location, "it does not begin with " + scheme + "://", scheme);
    }
    int slash = value.indexOf('/', start);
    String bucket = slash < 0 ? value.substring(start) : value.substring(start, slash);
    if (bucket.isEmpty()) {
      throw refused(location, "it names no bucket", scheme);
    }
    if (bucket.indexOf('@') >= 0) {
      throw refused(location, "it holds credentials or another '@' before the first slash", scheme);
    }
    return new S3Location(location, bucket, slash < 0 ? "" : value.substring(slash + 1));
  }

  private static BadRequestException refused(Location location, String found, String scheme) {
    return new BadRequestException(Problem.of("use the location")
        .on(location)
        .found(found)
        .remedy("write " + scheme + "://bucket/key"));
  }

  /** Whether it can be the place of an object: has a key, and one without a slash at its end. */
  boolean isObject() {
    return !key.isEmpty() && !key.endsWith("/");
  }

  /** What the keys of everything below it begin with. */
  String prefix() {
    return key.isEmpty() || key.endsWith("/") ? key : key + "/";
  }
}
