package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Finds out whether a URL is a file, and its size and revision. Thread-safe. */
final class FileFinder {
  /** What servers answer to a HEAD that they do not like; a URL may be signed for GET alone. */
  private static final Set<Integer> NO_HEAD = Set.of(400, 403, 405, 501);

  /** How much is read only to count it, where a server tells no size in any way. */
  private static final long MOST_COUNTED = 64L * 1024 * 1024;

  private final Http http;

  FileFinder(Http http) {
    this.http = http;
  }

  /** What is at a location. */
  enum Kind {
    NOTHING,
    FILE,
    DIRECTORY
  }

  /**
   * What was found.
   *
   * @param kind what it is
   * @param file the file, if it is one
   */
  record Found(Kind kind, Optional<Artifact> file) {
    static final Found NOTHING = new Found(Kind.NOTHING, Optional.empty());
    static final Found DIRECTORY = new Found(Kind.DIRECTORY, Optional.empty());
  }

  /** Looks at a location whose path does not end in a slash. */
  Found look(Location location) {
    try (Answer head = http.send(Call.of("look for", "HEAD", location))) {
      if (head.directory()) {
        return Found.DIRECTORY;
      }
      if (head.isMissing()) {
        return Found.NOTHING;
      }
      OptionalLong size = head.headers().firstValueAsLong("Content-Length");
      // Programs that make a body up often say 0 to a HEAD: that is believed of a GET alone.
      if (head.status() == 200 && size.isPresent() && size.getAsLong() > 0) {
        return found(location, size.getAsLong(), head);
      }
      Call call = Call.of("look for", "HEAD", location);
      if (!head.isSuccess() && !NO_HEAD.contains(head.status())) {
        throw http.error(head, call);
      }
    }
    return lookByGet(location);
  }

  private Found lookByGet(Location location) {
    // Of an empty file there is no first byte, and the answer says so.
    Call call = Call.of("look for", "GET", location).with("Range", "bytes=0-0");
    try (Answer answer = http.send(call)) {
      if (answer.directory()) {
        return Found.DIRECTORY;
      }
      if (answer.isMissing()) {
        return Found.NOTHING;
      }
      OptionalLong total = Validator.contentRange(answer)
          .map(Validator.ContentRange::total)
          .orElse(OptionalLong.empty());
      if ((answer.status() == 206 || answer.status() == 416) && total.isPresent()) {
        return found(location, total.getAsLong(), answer);
      }
      if (answer.status() != 200) {
        throw http.error(answer, call);
      }
      long announced = answer.body().announced();
      return found(location, announced >= 0 ? announced : count(answer, call), answer);
    }
  }

  /** The size of a body that comes without one, in the only way that is left. */
  private static long count(Answer answer, Call call) {
    long size = 0;
    byte[] buffer = new byte[64 * 1024];
    try {
      for (int read; (read = answer.body().read(buffer)) >= 0; ) {
        size += read;
        if (size > MOST_COUNTED) {
          throw new TransferException(Problem.of(call.tried())
              .on(call.location())
              .found("the server tells no size of it, and it is larger than "
                  + MOST_COUNTED / (1024 * 1024) + " MiB")
              .remedy("let the server send a Content-Length or answer ranges, or fetch the file"
                  + " first and give its path"));
        }
      }
    } catch (IOException e) {
      throw HttpErrors.of(e, call);
    }
    return size;
  }

  private static Found found(Location location, long size, Answer answer) {
    return new Found(
        Kind.FILE,
        Optional.of(new Artifact(location, location.name(), size, Validator.revision(answer))));
  }
}
