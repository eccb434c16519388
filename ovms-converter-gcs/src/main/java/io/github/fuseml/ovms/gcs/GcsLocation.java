package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;

/**
 * A location in terms of Google's store. The name is what follows the bucket's slash, character by
 * character: nothing is decoded, and no slash is dropped.
 *
 * @param location the location as it was given
 * @param bucket the bucket, never empty
 * @param name the object's name; empty for the bucket itself
 */
record GcsLocation(Location location, String bucket, String name) {
  static final String SCHEME = "gs";

  /** Takes a location apart, and refuses one of another scheme or without a bucket. */
  static GcsLocation of(Location location) {
    String value = location.value();
    if (!location.scheme().equals(SCHEME) || !value.startsWith("://", SCHEME.length())) {
      throw refused(location, "it does not begin with gs://");
    }
    int start = SCHEME.length() + "://".length();
    int slash = value.indexOf('/', start);
    String bucket = slash < 0 ? value.substring(start) : value.substring(start, slash);
    if (bucket.isEmpty()) {
      throw refused(location, "it names no bucket");
    }
    if (bucket.indexOf('@') >= 0) {
      throw refused(location, "it holds credentials or another '@' before the first slash");
    }
    return new GcsLocation(location, bucket, slash < 0 ? "" : value.substring(slash + 1));
  }

  private static BadRequestException refused(Location location, String found) {
    return new BadRequestException(
        Problem.of("use the location").on(location).found(found).remedy("write gs://bucket/name"));
  }

  /** Whether it can be the place of an object: has a name, and one without a slash at its end. */
  boolean isObject() {
    return !name.isEmpty() && !name.endsWith("/");
  }

  /** What the names of everything below it begin with. */
  String prefix() {
    return name.isEmpty() || name.endsWith("/") ? name : name + "/";
  }
}
