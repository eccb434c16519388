package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.EmptyContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.json.JsonHttpContent;
import com.google.api.client.util.escape.CharEscapers;
import com.google.api.services.storage.model.StorageObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Google's resumable upload: one session, chunks one after the other, and after a failure the question
 * how many bytes have arrived. Nothing is visible before the last one. The checksum of all goes with
 * the last chunk, so that the content is read once. The address of the session is as good as a
 * credential and stays in here.
 *
 * <p>Not Google's own uploader, which sends an empty chunk again after an answer 429, and knows no
 * checksum.
 */
final class ResumableUpload {
  private static final int INCOMPLETE = 308;

  /** How long the end of a session that failed may take; one that is left ends by itself. */
  private static final int FAREWELL_MILLIS = 2000;

  private final GcsSession session;
  private final GenericUrl url;
  private final SentBytes sent;
  private final @Nullable String type;
  private final byte[] buffer;

  private ResumableUpload(
      GcsSession session, GenericUrl url, SentBytes sent, StorageObject description) {
    this.session = session;
    this.url = url;
    this.sent = sent;
    this.type = description.getContentType();
    this.buffer = new byte[session.settings().uploadChunkSize()];
  }

  /** Opens the session; what it will make of its bytes is settled by that. */
  static ResumableUpload begin(
      GcsSession session,
      GcsLocation at,
      SentBytes sent,
      StorageObject description,
      @Nullable Long expected)
      throws IOException {
    GenericUrl url = new GenericUrl(session.settings().endpoint() + "/upload/storage/v1/b/"
        + CharEscapers.escapeUriPath(at.bucket()) + "/o");
    url.set("uploadType", "resumable");
    url.set("name", at.name());
    url.set("fields", GcsSession.FIELDS);
    url.set("ifGenerationMatch", expected == null ? null : expected.toString());
    url.set("kmsKeyName", session.settings().kmsKeyName());
    url.set("userProject", session.settings().userProject());
    HttpRequest request =
        session.requests().buildPostRequest(url, new JsonHttpContent(GcsSession.JSON, description));
    request.getHeaders().set("X-Upload-Content-Length", sent.size());
    HttpResponse response = execute(request);
    try {
      String location = response.getHeaders().getLocation();
      if (!response.isSuccessStatusCode() || location == null) {
        throw GoogleJsonResponseException.from(GcsSession.JSON, response);
      }
      return new ResumableUpload(session, new GenericUrl(location), sent, description);
    } finally {
      response.disconnect();
    }
  }

  StorageObject send() throws IOException {
    boolean complete = false;
    try {
      Optional<StorageObject> object = Optional.empty();
      for (long offset = 0; object.isEmpty(); offset += buffer.length) {
        if (offset >= sent.size()) {
          throw new IOException("the service has all bytes and made no object of them");
        }
        int length = (int) Math.min(buffer.length, sent.size() - offset);
        sent.read(buffer, offset, length);
        object = new Chunk(offset, length).send();
      }
      complete = true;
      return object.get();
    } finally {
      if (!complete) {
        abandon();
      }
    }
  }

  private static HttpResponse execute(HttpRequest request) throws IOException {
    return request
        .setThrowExceptionOnExecuteError(false)
        .setFollowRedirects(false)
        .execute();
  }

  /** Ends the session, in the time that an interrupted thread has. */
  private void abandon() {
    boolean interrupted = Thread.interrupted();
    try {
      HttpRequest request = session.requests().buildDeleteRequest(url);
      request.setNumberOfRetries(0).setReadTimeout(FAREWELL_MILLIS);
      execute(request).disconnect();
    } catch (IOException | RuntimeException e) {
      // The error that is on its way says more than this one.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The bytes of the buffer, until all of them have arrived. */
  private final class Chunk {
    private final long end;
    private final int length;
    private long offset;

    Chunk(long offset, int length) {
      this.offset = offset;
      this.length = length;
      this.end = offset + length;
    }

    /** Sends it; the object if it was the last one. */
    Optional<StorageObject> send() throws IOException {
      Retries retries = new Retries((request, response, supportsRetry) -> false);
      int fruitless = 0;
      while (true) {
        long before = offset;
        Attempt attempt = attempt();
        if (attempt.object() != null) {
          sent.arrived(end - before);
          return Optional.of(attempt.object());
        }
        if (offset == end && end < sent.size()) {
          return Optional.empty();
        }
        fruitless = offset > before ? 0 : fruitless + 1;
        if (fruitless >= session.settings().maxAttempts()) {
          throw attempt.failure();
        }
        if (offset == before && !retries.pause(attempt.wish())) {
          throw attempt.failure();
        }
      }
    }

    private Attempt attempt() throws IOException {
      try {
        Attempt attempt = put(bytes());
        return attempt.isTemporary() ? attempt.followedBy(ask()) : attempt;
      } catch (GoogleJsonResponseException e) {
        throw e;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        return new Attempt(null, Duration.ZERO, e, true).followedBy(ask());
      }
    }

    private HttpRequest bytes() throws IOException {
      int done = (int) (length - (end - offset));
      HttpRequest request = request(
          new ByteArrayContent(type, buffer, done, length - done), offset + "-" + (end - 1));
      if (end == sent.size()) {
        request.getHeaders().set("X-Goog-Hash", "crc32c=" + sent.crc32c());
      }
      return request.setNumberOfRetries(0);
    }

    /** Asks how far it got; the answer to the last chunk may have been lost. */
    private Attempt ask() throws IOException {
      return put(request(new EmptyContent(), "*"));
    }

    private HttpRequest request(HttpContent content, String range) throws IOException {
      HttpRequest request = session.requests().buildPutRequest(url, content);
      request.getHeaders().setContentRange("bytes " + range + "/" + sent.size());
      return request;
    }

    private Attempt put(HttpRequest request) throws IOException {
      HttpResponse response = execute(request);
      try {
        if (response.isSuccessStatusCode()) {
          return new Attempt(
              GcsSession.JSON.fromInputStream(response.getContent(), StorageObject.class),
              Duration.ZERO,
              null,
              false);
        }
        if (response.getStatusCode() == INCOMPLETE) {
          advance(response.getHeaders().getRange());
          return new Attempt(null, Duration.ZERO, null, false);
        }
        IOException failure = GoogleJsonResponseException.from(GcsSession.JSON, response);
        if (!Retries.mayHelp(response.getStatusCode())) {
          throw failure;
        }
        return new Attempt(null, Retries.wish(response), failure, true);
      } finally {
        response.disconnect();
      }
    }

    private void advance(@Nullable String range) throws IOException {
      long arrived = range == null ? 0 : Long.parseLong(range.replaceFirst(".*-", "")) + 1;
      if (arrived < offset || arrived > end) {
        throw new IOException("the service has " + arrived + " bytes, and not from " + offset
            + " to " + end + " of them");
      }
      sent.arrived(arrived - offset);
      offset = arrived;
    }
  }

  /**
   * How a request for a chunk ended.
   *
   * @param object the finished object
   * @param wish how long the service wants to be left alone
   * @param failure what went wrong
   * @param isTemporary whether it may be right the next time
   */
  private record Attempt(
      @Nullable StorageObject object,
      Duration wish,
      @Nullable IOException failure,
      boolean isTemporary) {
    /** What is known after the question how far it got. */
    Attempt followedBy(Attempt answer) {
      return new Attempt(answer.object, wish, failure, false);
    }

    @Override
    public IOException failure() {
      return failure != null ? failure : new IOException("the service takes no more bytes");
    }
  }
}
