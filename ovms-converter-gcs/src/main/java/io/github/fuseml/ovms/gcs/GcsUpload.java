package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.media.MediaHttpUploader;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.http.InputStreamContent;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.StorageObject;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One write of one object: in one request if it is small, else a resumable upload in one stream, which
 * the client goes on with after a cut. Nothing is visible until the last byte has arrived.
 *
 * <p>The object carries a token of this write in its metadata: after a lost answer it tells whose the
 * object is.
 */
final class GcsUpload {
  static final String TOKEN = "ovms-converter-write";

  private static final int CHUNK = 8 << 20;

  private final GcsStore store;
  private final GcsLocation target;
  private final Content content;
  private final boolean createOnly;
  private final String token = UUID.randomUUID().toString();

  GcsUpload(GcsStore store, GcsLocation target, Content content, WriteMode mode) {
    this.store = store;
    this.target = target;
    this.content = content;
    this.createOnly = mode == WriteMode.CREATE_ONLY;
  }

  Artifact write() {
    if (!target.isObject()) {
      throw new BadRequestException(problem()
          .found(target.name().isEmpty() ? "it is a bucket" : "it ends in a slash, as no file does")
          .remedy("name a file"));
    }
    try {
      long size = content.size();
      if (createOnly && size > CHUNK && store.get(target).isPresent()) {
        throw conflict(null); // The condition would only be looked at when all of it has been sent.
      }
      return send(size);
    } catch (UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private Artifact send(long size) {
    UploadStream stream = null;
    boolean complete = false;
    try (UploadStream opened = new UploadStream(content)) {
      stream = opened;
      Artifact written = verified(insert(opened, size), opened);
      complete = true;
      return written;
    } catch (UploadStream.ContentFailedException e) {
      throw unreadable(e);
    } catch (IOException e) {
      if (stream == null) {
        throw unreadable(e);
      }
      Artifact own = afterFailure(e, size);
      complete = true;
      return own;
    } finally {
      if (!complete && stream != null) {
        stream.takeBack();
      }
    }
  }

  private StorageObject insert(UploadStream stream, long size) throws IOException {
    StorageObject description =
        new StorageObject().setName(target.name()).setMetadata(Map.of(TOKEN, token));
    if (store.settings().storageClass() != null) {
      description.setStorageClass(store.settings().storageClass());
    }
    InputStreamContent body = new InputStreamContent("application/octet-stream", stream);
    body.setLength(size).setCloseInputStream(false);
    Storage.Objects.Insert insert =
        store.client().objects().insert(target.bucket(), description, body);
    insert.setUserProject(store.settings().userProject());
    insert.setKmsKeyName(store.settings().kmsKeyName());
    insert.setFields(GcsStore.FIELDS);
    if (createOnly) {
      insert.setIfGenerationMatch(0L);
    }
    MediaHttpUploader uploader = insert.getMediaHttpUploader();
    uploader.setDirectUploadEnabled(false);
    uploader.setChunkSize(CHUNK);
    return insert.execute();
  }

  /** Compares what the service says it got with what was sent. */
  private Artifact verified(StorageObject written, UploadStream sent) {
    boolean same = written.getSize() != null
        && written.getSize().longValueExact() == content.size()
        && (written.getCrc32c() == null || written.getCrc32c().equals(sent.crc32c()));
    if (!same) {
      store.delete(target.location()); // A wrong object is worse than none.
      throw new TransferException(problem()
          .found("the checksum of what the service holds is not that of what was sent")
          .remedy("try again; if it stays so, something between here and the service changes bytes")
          .mayHelpToRetry());
    }
    return GcsStore.artifact(written, target.location(), target.location().name());
  }

  /** What failed may have been done all the same: the answer was lost, and the object tells. */
  private Artifact afterFailure(IOException error, long size) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        throw own;
      }
    }
    if (mayBeDone(error) && !Thread.currentThread().isInterrupted()) {
      Optional<Artifact> own = findOwn(size);
      if (own.isPresent()) {
        return own.get();
      }
    }
    if (createOnly
        && error instanceof HttpResponseException answer
        && answer.getStatusCode() == 412) {
      throw conflict(error);
    }
    throw store.errors().translate(error, "write", target);
  }

  /** An upload that was done already is not found when its last request is sent again. */
  private static boolean mayBeDone(IOException error) {
    return !(error instanceof HttpResponseException answer)
        || answer.getStatusCode() >= 500
        || answer.getStatusCode() == 404
        || answer.getStatusCode() == 410
        || answer.getStatusCode() == 412;
  }

  private Optional<Artifact> findOwn(long size) {
    try {
      return store
          .get(target)
          .filter(found -> found.getMetadata() != null)
          .filter(found -> token.equals(found.getMetadata().get(TOKEN)))
          .filter(found -> found.getSize().longValueExact() == size)
          .map(found ->
              GcsStore.artifact(found, target.location(), target.location().name()));
    } catch (OvmsConverterException e) {
      return Optional.empty(); // The first error says more than that this one followed.
    }
  }

  private OvmsConverterException unreadable(Exception error) {
    Throwable last = error;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        return own;
      }
      last = cause;
    }
    if (Thread.currentThread().isInterrupted()) {
      return GcsErrors.interrupted(problem(), error);
    }
    return new TransferException(
        problem().found("the content cannot be read: " + last.getMessage()), error);
  }

  private ConflictException conflict(@Nullable Throwable cause) {
    return new ConflictException(
        problem().found("it exists already").remedy("choose another name, or replace it"), cause);
  }

  private Problem problem() {
    return Problem.of("write").on(target.location());
  }
}
