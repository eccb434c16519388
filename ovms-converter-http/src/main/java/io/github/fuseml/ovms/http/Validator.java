package io.github.fuseml.ovms.http;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How versions of a file are told apart: by the {@code ETag}, else by {@code Last-Modified}; the size
 * counts in any case.
 *
 * <p>An ETag is compared without the mark of a weak one: Apache marks the tag of a file during the
 * first second of its life, and not afterwards, with the same time in microseconds in it.
 */
final class Validator {
  private static final String MODIFIED = "modified ";
  private static final String SHA256 = "sha256 ";
  private static final Pattern ETAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");

  private Validator() {}

  /** The revision of an artifact; null when the server has nothing of the kind. */
  static @Nullable String revision(@Nullable String etag, @Nullable String lastModified) {
    if (etag != null) {
      Matcher matcher = ETAG.matcher(etag.strip());
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    return lastModified == null || lastModified.isBlank() ? null : MODIFIED + lastModified.strip();
  }

  static @Nullable String revision(Answer answer) {
    return revision(
        answer.header("ETag").orElse(null), answer.header("Last-Modified").orElse(null));
  }

  /** The revision of a file that a manifest lists: its content itself. */
  static @Nullable String ofSha256(@Nullable String hex) {
    return hex == null ? null : SHA256 + hex;
  }

  /** What {@link #ofSha256} was made of. */
  static Optional<String> sha256(@Nullable String revision) {
    return revision != null && revision.startsWith(SHA256)
        ? Optional.of(revision.substring(SHA256.length()))
        : Optional.empty();
  }

  /** What an {@code If-Range} may hold; none for a date, which has only seconds. */
  static Optional<String> ifRange(@Nullable String revision) {
    return revision != null && revision.startsWith("\"") ? Optional.of(revision) : Optional.empty();
  }

  /** Whether an answer is of the version that was found; one that does not tell is believed. */
  static boolean isSame(@Nullable String revision, Answer answer) {
    if (revision == null || sha256(revision).isPresent()) {
      return true;
    }
    String now = revision.startsWith(MODIFIED)
        ? revision(null, answer.header("Last-Modified").orElse(null))
        : revision(answer.header("ETag").orElse(null), null);
    return now == null || now.equals(revision);
  }

  /** The part that an answer holds. */
  static Optional<ContentRange> contentRange(Answer answer) {
    return answer
        .header("Content-Range")
        .map(CONTENT_RANGE::matcher)
        .filter(Matcher::matches)
        .map(found -> new ContentRange(
            found.group(1) == null ? -1 : Long.parseLong(found.group(1)),
            found.group(2) == null ? -1 : Long.parseLong(found.group(2)),
            found.group(3).equals("*")
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(found.group(3)))));
  }

  /**
   * A {@code Content-Range}.
   *
   * @param first the first byte; -1 when none was sent
   * @param last the last byte; -1 when none was sent
   * @param total the size of the whole, where it is told
   */
  record ContentRange(long first, long last, OptionalLong total) {}
}
