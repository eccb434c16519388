package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.WriteMode;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes by WebDAV (RFC 4918): a temporary sibling that is moved, so that a reader never sees a file
 * that is half there. A file that is there already is replaced by one PUT: a MOVE deletes its target
 * first, by the standard, and readers would find nothing for a moment, while servers make a PUT
 * visible in one step.
 *
 * <p>To create only what is not there, the target is locked meanwhile. {@code Overwrite: F} and
 * {@code If-None-Match: *} alone do not do it: servers look first and rename then, and of two writers
 * both see nothing.
 */
final class DavWriter extends Writer {
  /** In seconds; a lock that a killed process left is gone after that. */
  private static final int LOCKED_AT_MOST = 120;

  private static final int LOCKING_ATTEMPTS = 8;
  private static final int MOVING_ATTEMPTS = 3;

  private static final String LOCK = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
      + "<lockinfo xmlns=\"DAV:\"><lockscope><exclusive/></lockscope>"
      + "<locktype><write/></locktype><owner>ovms-converter</owner></lockinfo>";

  /** Directories that are there, by their locations' texts. */
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  private volatile boolean isDav;

  DavWriter(Http http, FileFinder finder) {
    super(http, finder);
  }

  @Override
  void replace(Location location, Upload upload) {
    Call call = Call.of("write", "PUT", location).withUpload(upload);
    try (Answer answer = http.send(call)) {
      requireSuccess(answer, call);
    }
  }

  @Override
  void create(Location location, Upload upload, WriteMode mode) {
    requireDav(location);
    Location temporary = UploadNames.besides(location);
    boolean moved = false;
    try {
      upload(temporary, location, upload);
      if (mode == WriteMode.CREATE_ONLY) {
        moveUnderLock(temporary, location, upload);
        moved = true;
      } else {
        moved = move(temporary, location, upload, Optional.empty());
      }
    } finally {
      if (!moved) {
        quietly(() -> http.send(Call.of("remove", "DELETE", temporary)).close());
      }
    }
    if (!moved) {
      replace(location, upload); // Somebody else was there first; this one is the newer.
    }
  }

  /** Asked once: better than what a server makes of an upload that it never wanted. */
  private void requireDav(Location location) {
    if (isDav) {
      return;
    }
    Call call = Call.of("write", "OPTIONS", location);
    try (Answer answer = http.send(call)) {
      boolean understood = answer.isSuccess() || answer.status() == 405 || answer.status() == 501;
      if (understood && answer.header("DAV").isEmpty()) {
        throw new BadRequestException(Problem.of("write")
            .on(location)
            .found("the server does not speak WebDAV there (" + answer.status() + ")")
            .remedy("set 'writing' to put if it takes whole files, or name another server"));
      }
    }
    isDav = true; // Or it does not tell; the upload will.
  }

  private void upload(Location temporary, Location location, Upload upload) {
    Location parent = temporary.parent();
    boolean known = made.contains(parent.value());
    makeDirectories(parent);
    Call call = Call.of("write", "PUT", temporary).on(location).withUpload(upload);
    try (Answer answer = http.send(call)) {
      // A directory that was there before may have been removed since.
      boolean parentGone = answer.status() == 409 || answer.isMissing();
      if (!known || !parentGone) {
        requireSuccess(answer, call);
        return;
      }
    }
    made.clear();
    makeDirectories(parent);
    try (Answer answer = http.send(call)) {
      requireSuccess(answer, call);
    }
  }

  /** Makes a directory and those above it. What is there already, or is not ours to make, is left. */
  private void makeDirectories(Location directory) {
    if (made.contains(directory.value()) || directory.name().isEmpty()) {
      return;
    }
    if (makeDirectory(directory) == 409) {
      makeDirectories(directory.parent());
      makeDirectory(directory);
    }
    // Else the upload tells what is wrong, by an answer of its own.
    made.add(directory.value());
  }

  private int makeDirectory(Location directory) {
    Call call = Call.of("make the directory", "MKCOL", directory.resolve(""));
    try (Answer answer = http.send(call)) {
      if (answer.status() == 401) {
        throw http.error(answer, call);
      }
      return answer.status();
    }
  }

  private void moveUnderLock(Location temporary, Location location, Upload upload) {
    for (int attempt = 1; attempt <= LOCKING_ATTEMPTS; attempt++) {
      if (moveWithLock(temporary, location, upload)) {
        return;
      }
      if (finder.look(location).kind() != FileFinder.Kind.NOTHING) {
        throw conflict(location, "it exists already");
      }
      // Apache loses locks of files that are not there yet when others in the directory are locked
      // at the same time; it refuses the move then.
      http.pause(attempt, Call.of("write", "LOCK", location));
    }
    throw new TransferException(Problem.of("write")
        .on(location)
        .found("the server does not keep its lock")
        .remedy("try again when fewer write there at the same time")
        .mayHelpToRetry());
  }

  private boolean moveWithLock(Location temporary, Location location, Upload upload) {
    String token = lock(location);
    try {
      return move(temporary, location, upload, Optional.of(token));
    } finally {
      quietly(() -> http.send(
              Call.of("unlock", "UNLOCK", location).with("Lock-Token", "<" + token + ">"))
          .close());
    }
  }

  private String lock(Location location) {
    Call call = Call.of("lock", "LOCK", location)
        .with("Timeout", "Second-" + LOCKED_AT_MOST)
        .with("Depth", "0")
        .with("Content-Type", "application/xml; charset=utf-8")
        .withText(LOCK);
    try (Answer answer = http.send(call)) {
      if (answer.status() == 405 || answer.status() == 501 || answer.status() == 400) {
        throw new BadRequestException(Problem.of("write")
            .on(location)
            .found("the server has no locks of WebDAV (" + answer.status() + ")")
            .remedy("set 'writing' to put, if nobody else writes there at the same time"));
      }
      requireSuccess(answer, call);
      String token = answer.header("Lock-Token").orElse("");
      if (token.length() > 2 && token.startsWith("<") && token.endsWith(">")) {
        return token.substring(1, token.length() - 1);
      }
      throw new TransferException(Problem.of("lock")
          .on(location)
          .found("the server gave a lock without a token")
          .remedy("look into the server's log"));
    }
  }

  /** Moves to where nothing is; false if something is, or the lock is gone. */
  private boolean move(
      Location temporary, Location location, Upload upload, Optional<String> token) {
    String target = WebAddress.of(location).uri().toString();
    Call plain = Call.of("write", "MOVE", temporary)
        .on(location)
        .with("Destination", target)
        .with("Overwrite", "F")
        .once();
    Call call =
        token.map(lock -> plain.with("If", "<" + target + "> (<" + lock + ">)")).orElse(plain);
    for (int attempt = 1; ; attempt++) {
      try (Answer answer = http.send(call)) {
        if (answer.status() == 412) {
          return false;
        }
        if (answer.status() < 500 || !isMoved(temporary, location, upload)) {
          requireSuccess(answer, call);
        }
        return true;
      } catch (TransferException e) {
        if (isMoved(temporary, location, upload)) {
          return true;
        }
        if (attempt == MOVING_ATTEMPTS || !e.problem().retryable()) {
          throw e;
        }
      }
      http.pause(attempt, call); // It did not happen, so it can be tried again.
    }
  }

  /** Whether an answer that was lost told of success: nobody else takes the temporary file away. */
  private boolean isMoved(Location temporary, Location location, Upload upload) {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    Optional<Artifact> there = finder.look(location).file();
    return there.isPresent()
        && there.get().size() == upload.size()
        && finder.look(temporary).kind() == FileFinder.Kind.NOTHING;
  }
}
