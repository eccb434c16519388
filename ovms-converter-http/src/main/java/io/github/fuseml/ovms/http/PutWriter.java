package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Writes by one PUT, for servers that know no more. Whether readers see a file that is half there is
 * the server's choice, and so is whether it honours {@code If-None-Match: *}.
 */
final class PutWriter extends Writer {
  private static final int COMPARED_AT_ONCE = 64 * 1024;

  PutWriter(Http http, FileFinder finder) {
    super(http, finder);
  }

  @Override
  void replace(Location location, Upload upload) {
    create(location, upload, WriteMode.REPLACE);
  }

  @Override
  void create(Location location, Upload upload, WriteMode mode) {
    Call plain = Call.of("write", "PUT", location).withUpload(upload);
    Call call = mode == WriteMode.CREATE_ONLY ? plain.with("If-None-Match", "*") : plain;
    try (Answer answer = http.send(call)) {
      if (answer.status() == 412) {
        // An answer that was lost may have told of success.
        if (!answer.repeated() || !isOurs(location, upload)) {
          throw conflict(location, "it exists already");
        }
        return;
      }
      requireSuccess(answer, call);
    }
  }

  private boolean isOurs(Location location, Upload upload) {
    Artifact found = finder.look(location).file().orElse(null);
    if (found == null || found.size() != upload.size()) {
      return false;
    }
    try (InputStream there = new RangeReader(http).open(found, 0, found.size());
        InputStream here = upload.open()) {
      while (true) {
        byte[] expected = here.readNBytes(COMPARED_AT_ONCE);
        if (!Arrays.equals(expected, there.readNBytes(COMPARED_AT_ONCE))) {
          return false;
        }
        if (expected.length == 0) {
          return true;
        }
      }
    } catch (IOException e) {
      throw HttpErrors.of(e, Call.of("write", "GET", location));
    }
  }
}
