package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads parts of a file, in the version that was found. Each answer is checked: its version, its
 * size, and that it is the part that was asked for. Thread-safe.
 */
final class RangeReader {
  /** A smaller file comes in one request anyway. */
  private static final long WORTH_ASKING = 1L << 20;

  private final Http http;

  /** What was asked before, by the locations' text. */
  private final Map<Location, Boolean> knowsRanges = new ConcurrentHashMap<>();

  RangeReader(Http http) {
    this.http = http;
  }

  /** Whether the server answers with a part when it is asked for one, which few say beforehand. */
  boolean readsParts(Artifact artifact) {
    return artifact.size() < WORTH_ASKING
        || knowsRanges.computeIfAbsent(artifact.location(), location -> answersWithAPart(artifact));
  }

  private boolean answersWithAPart(Artifact artifact) {
    Call call = call(artifact, 0, 1);
    try (Answer answer = http.send(call)) {
      toSkip(answer, call, artifact, 0, 1);
      return answer.status() == 206;
    }
  }

  /**
   * Opens a part that is not empty.
   *
   * @param artifact what was found
   * @param offset the first byte
   * @param length how many bytes, up to the end at most
   */
  InputStream open(Artifact artifact, long offset, long length) {
    Call call = call(artifact, offset, length);
    Answer answer = http.send(call);
    try {
      long toSkip = toSkip(answer, call, artifact, offset, length);
      boolean sizeUnknown = answer.body().announced() < 0;
      boolean wholeRest = offset + length == artifact.size();
      return new PartStream(
          answer.body(),
          toSkip,
          length,
          sizeUnknown && wholeRest ? () -> HttpErrors.changed(artifact.location()) : null,
          null);
    } catch (OvmsConverterException e) {
      answer.close();
      throw e;
    }
  }

  private static Call call(Artifact artifact, long offset, long length) {
    Call call = Call.of("read", "GET", artifact.location());
    if (length == artifact.size()) {
      return call;
    }
    Call part = call.with("Range", "bytes=" + offset + "-" + (offset + length - 1));
    return Validator.ifRange(artifact.revision())
        .map(validator -> part.with("If-Range", validator))
        .orElse(part);
  }

  /** How many bytes of an answer come before the part; it fails when the answer does not fit. */
  private long toSkip(Answer answer, Call call, Artifact artifact, long offset, long length) {
    if (answer.directory() || answer.isMissing()) {
      throw new NotFoundException(Problem.of("read")
          .on(artifact.location())
          .found("it is not there any more")
          .remedy("list the model again"));
    }
    if (answer.status() == 412 || answer.status() == 416) {
      throw HttpErrors.changed(artifact.location());
    }
    if (answer.status() != 200 && answer.status() != 206) {
      throw http.error(answer, call);
    }
    if (!Validator.isSame(artifact.revision(), answer)) {
      throw HttpErrors.changed(artifact.location());
    }
    if (answer.status() == 206) {
      requirePart(answer, artifact, offset, length);
      return 0;
    }
    // The whole: the server knows no ranges, or takes the version for another than we do.
    if (answer.body().announced() >= 0) {
      requireSize(artifact, answer.body().announced());
    }
    return offset;
  }

  private static void requirePart(Answer answer, Artifact artifact, long offset, long length) {
    Optional<Validator.ContentRange> part = Validator.contentRange(answer);
    OptionalLong total = part.map(Validator.ContentRange::total).orElse(OptionalLong.empty());
    if (total.isPresent()) {
      requireSize(artifact, total.getAsLong());
    }
    boolean fits = part.isPresent()
        && part.get().first() == offset
        && part.get().last() == offset + length - 1
        && (answer.body().announced() < 0 || answer.body().announced() == length);
    if (!fits) {
      throw new TransferException(Problem.of("read")
          .on(artifact.location())
          .found("the server sent another part than the bytes " + offset + " to "
              + (offset + length - 1) + " that it was asked for")
          .remedy("try again; if it stays, look into the server, or the cache before it")
          .mayHelpToRetry());
    }
  }

  private static void requireSize(Artifact artifact, long size) {
    if (size == artifact.size()) {
      return;
    }
    if (Validator.sha256(artifact.revision()).isPresent() || artifact.revision() == null) {
      throw new TransferException(Problem.of("read")
          .on(artifact.location())
          .found("it has " + size + " bytes and not " + artifact.size() + " as it was listed")
          .remedy("list the model again; make its manifest anew if it has one"));
    }
    throw HttpErrors.changed(artifact.location());
  }
}
