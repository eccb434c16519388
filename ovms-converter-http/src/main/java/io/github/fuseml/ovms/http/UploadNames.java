package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import java.util.UUID;
import java.util.regex.Pattern;

/** The names of files that are being uploaded, beside what they become. */
final class UploadNames {
  private static final Pattern NAME = Pattern.compile("\\.ovms-upload-[0-9a-f-]{36}");

  private UploadNames() {}

  static Location besides(Location target) {
    return target.parent().resolve(".ovms-upload-" + UUID.randomUUID());
  }

  static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }
}
