package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.StorageObject;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.UploadMemory;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes one object. What fits into a chunk goes in one request, the rest by a resumable upload; both
 * appear as a whole. The service is told the CRC-32C of what it should have, and what it says that it
 * has is compared with it.
 */
final class GcsUpload {
  /** By this a write whose answer was lost recognises its own object. */
  static final String TOKEN = "ovms-converter-upload";

  /**
   * A condition that does not hold, and an upload that is not known: the reason may be an earlier
   * attempt of this write, which was complete.
   */
  private static final Set<Integer> IN_DOUBT = Set.of(404, 410, 412);

  private static final String TYPE = "application/octet-stream";

  /** How often a content is sent in all that is damaged on its way. */
  private static final int ATTEMPTS = 3;

  private final GcsSession session;
  private final GcsLocation at;
  private final Content content;

  /** The generation that alone may be replaced, 0 for none at all; null where that does not matter. */
  private final @Nullable Long expected;

  private final String token = UUID.randomUUID().toString();
  private final Problem problem;

  /** Whether the service has taken up a resumable upload. */
  private boolean inChunks;

  GcsUpload(GcsSession session, GcsLocation at, Content content, WriteMode mode) {
    this(session, at, content, mode == WriteMode.CREATE_ONLY ? Long.valueOf(0) : null);
  }

  /** A write in place of one generation of an object, or of none. */
  GcsUpload(GcsSession session, GcsLocation at, Content content, @Nullable Long expected) {
    this.session = session;
    this.at = at;
    this.content = content;
    this.expected = expected;
    problem = Problem.of("write").on(at.location());
  }

  Artifact write() {
    if (!at.isObject()) {
      throw new BadRequestException(
          problem.found("it ends in a slash, as no object does").remedy("name an object"));
    }
    try {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        Optional<Artifact> written = send();
        if (written.isPresent()) {
          return written.get();
        }
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof GoogleJsonResponseException answer
          && IN_DOUBT.contains(answer.getStatusCode())) {
        return ownObject().orElseThrow(() -> notOwn(answer));
      }
      throw session.errors().translate(e, "write", at);
    }
    throw GcsErrors.damaged(problem);
  }

  /** Sends all of it; empty when it was damaged on its way, and then nothing is left of it. */
  @SuppressWarnings("try") // The share is held, not used.
  private Optional<Artifact> send() throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw GcsErrors.interrupted(problem);
    }
    long size = content.size();
    SentBytes sent = new SentBytes(content, size);
    StorageObject object;
    try (UploadMemory.Share share =
        session.memory().take(Math.min(size, session.settings().uploadChunkSize()))) {
      object = size <= session.settings().uploadChunkSize()
          ? sendAtOnce(sent, (int) size)
          : sendInChunks(sent);
    } catch (GoogleJsonResponseException e) {
      if (GcsErrors.isDamaged(e)) {
        sent.takeBack();
        return Optional.empty();
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GcsErrors.interrupted(problem);
    }
    boolean same = object.getSize().longValueExact() == size
        && GcsRevision.of(object).hasCrc32c(sent.crc32c());
    if (!same) {
      sent.takeBack();
      remove(object);
      return Optional.empty();
    }
    return Optional.of(GcsStore.artifact(at.location(), at.location().name(), object));
  }

  private StorageObject sendAtOnce(SentBytes sent, int size) throws IOException {
    byte[] bytes = new byte[size];
    sent.read(bytes, 0, size);
    Storage.Objects.Insert request = session
        .client()
        .objects()
        .insert(at.bucket(), describe(sent.crc32c()), new ByteArrayContent(TYPE, bytes))
        .setIfGenerationMatch(expected)
        .setKmsKeyName(session.settings().kmsKeyName())
        .setUserProject(session.settings().userProject())
        .setFields(GcsSession.FIELDS);
    request.getMediaHttpUploader().setDirectUploadEnabled(true);
    request.setDisableGZipContent(true);
    StorageObject object = request.execute();
    sent.arrived(size);
    return object;
  }

  private StorageObject sendInChunks(SentBytes sent) throws IOException {
    inChunks = false;
    ResumableUpload upload = ResumableUpload.begin(session, at, sent, describe(null), expected);
    inChunks = true;
    return upload.send();
  }

  private StorageObject describe(@Nullable String crc32c) {
    return new StorageObject()
        .setName(at.name())
        .setContentType(TYPE)
        .setCrc32c(crc32c)
        .setStorageClass(session.settings().storageClass())
        .setMetadata(Map.of(TOKEN, token));
  }

  /** What an attempt of this write left whose answer was lost. */
  private Optional<Artifact> ownObject() {
    try {
      return session
          .describe(at)
          .filter(object ->
              object.getMetadata() != null && token.equals(object.getMetadata().get(TOKEN)))
          .map(object -> GcsStore.artifact(at.location(), at.location().name(), object));
    } catch (AccessDeniedException e) {
      return Optional.empty(); // Who may only create cannot look.
    }
  }

  private RuntimeException notOwn(GoogleJsonResponseException answer) {
    if (expected != null && expected != 0 && answer.getStatusCode() != 410) {
      return new ConflictException(
          problem.found("it was changed in the meantime").remedy("try again").mayHelpToRetry());
    }
    if (answer.getStatusCode() == 412) {
      return new ConflictException(
          problem.found("it exists already").remedy("choose another location"));
    }
    if (!inChunks) {
      return session.errors().noSuchBucket(problem, at);
    }
    return new TransferException(problem
        .found("the service does not know the upload any more")
        .remedy("try again")
        .mayHelpToRetry());
  }

  /** Removes what was damaged, and nothing that somebody wrote since. */
  private void remove(StorageObject object) throws IOException {
    session
        .client()
        .objects()
        .delete(at.bucket(), at.name())
        .setGeneration(object.getGeneration())
        .setUserProject(session.settings().userProject())
        .execute();
  }
}
