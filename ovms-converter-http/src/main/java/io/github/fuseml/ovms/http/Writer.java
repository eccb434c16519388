package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;

/** Writes files by one of two ways. Thread-safe. */
abstract class Writer {
  final Http http;
  final FileFinder finder;

  Writer(Http http, FileFinder finder) {
    this.http = http;
    this.finder = finder;
  }

  /** Writes a content, see {@link io.github.fuseml.ovms.spi.ArtifactStore#write}. */
  final Artifact write(Location location, Content content, WriteMode mode) {
    Upload upload = new Upload(content);
    boolean complete = false;
    try {
      Artifact written = write(location, upload, mode);
      complete = true;
      return written;
    } finally {
      if (!complete) {
        upload.giveUp();
      }
    }
  }

  private Artifact write(Location location, Upload upload, WriteMode mode) {
    FileFinder.Found before = finder.look(location);
    if (before.kind() == FileFinder.Kind.DIRECTORY) {
      // A server would remove all of it to put a file in its place.
      throw conflict(location, "it is a directory");
    }
    if (before.kind() == FileFinder.Kind.FILE && mode == WriteMode.CREATE_ONLY) {
      throw conflict(location, "it exists already");
    }
    if (before.kind() == FileFinder.Kind.FILE) {
      replace(location, upload);
    } else {
      create(location, upload, mode);
    }
    return verified(location, upload);
  }

  /** Writes where there is nothing, or was nothing a moment ago. */
  abstract void create(Location location, Upload upload, WriteMode mode);

  /** Writes where there is a file. */
  abstract void replace(Location location, Upload upload);

  private Artifact verified(Location location, Upload upload) {
    Artifact written = finder.look(location).file().orElse(null);
    if (written == null || written.size() != upload.size()) {
      throw new TransferException(Problem.of("write")
          .on(location)
          .found(
              written == null
                  ? "the server took it, and does not have it"
                  : "the server has " + written.size() + " bytes of " + upload.size())
          .remedy("look into the server's log, or whether somebody else writes there")
          .mayHelpToRetry());
    }
    return written;
  }

  /** Removes a file. */
  final void delete(Location location) {
    Call call = Call.of("delete", "DELETE", location);
    try (Answer answer = http.send(call)) {
      if (!answer.isMissing()) {
        requireSuccess(answer, call);
      }
    }
  }

  final void requireSuccess(Answer answer, Call call) {
    if (!answer.isSuccess()) {
      throw http.error(answer, call);
    }
  }

  static ConflictException conflict(Location location, String found) {
    return new ConflictException(
        Problem.of("write").on(location).found(found).remedy("choose another location"));
  }

  /** Cleans up after a failure, also on a thread that is interrupted; its own failure counts less. */
  static void quietly(Runnable cleaning) {
    boolean interrupted = Thread.interrupted();
    try {
      cleaning.run();
    } catch (OvmsConverterException e) {
      // The error that is on its way says more than this one.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
