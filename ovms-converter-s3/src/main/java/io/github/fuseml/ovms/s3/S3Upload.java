package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.UploadMemory;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One write of one object.
 *
 * <p>The object carries a token of this write in its metadata where a lost answer could make us
 * mistake our own object for somebody else's: then the token says whose it is.
 */
final class S3Upload {
  /** The metadata that holds the token. */
  static final String TOKEN = "ovms-converter-write";

  /** How often a write starts again because somebody else's was in its way at the same time. */
  private static final int ROUNDS = 4;

  private final S3Session session;
  private final S3Location target;
  private final Content content;
  private final boolean createOnly;

  /** The revision of the object that alone may be replaced; null where that does not matter. */
  private final @Nullable String current;

  private final String token = UUID.randomUUID().toString();

  S3Upload(S3Session session, S3Location target, Content content, WriteMode mode) {
    this.session = session;
    this.target = target;
    this.content = content;
    this.createOnly = mode == WriteMode.CREATE_ONLY;
    this.current = null;
  }

  /** A write in place of one version of an object, which is small. */
  S3Upload(S3Session session, S3Location target, Content content, String current) {
    this.session = session;
    this.target = target;
    this.content = content;
    this.createOnly = false;
    this.current = current;
  }

  /** Writes it; the thread that calls may be interrupted. */
  Artifact write() {
    if (!target.isObject()) {
      throw new BadRequestException(problem()
          .found(target.key().isEmpty() ? "it is a bucket" : "it ends in a slash, as no file does")
          .remedy("name a file"));
    }
    try {
      long size = content.size();
      boolean inOne = current != null || size <= session.settings().uploadPartSize();
      if (createOnly && !(inOne && session.can(StoreCapability.CREATE_ONLY))) {
        requireAbsent(); // The condition would only be looked at when all of it has been sent.
      }
      for (int round = 1; ; round++) {
        try {
          return inOne ? putOnce((int) size) : new S3Multipart(this, size).write();
        } catch (S3Exception e) {
          if (e.statusCode() != 409 || round == ROUNDS) {
            throw e;
          }
        }
      }
    } catch (SdkException e) {
      throw session.errors().translate(e, "write", target);
    } catch (UncheckedIOException | IOException e) {
      throw unreadable(e);
    } catch (InterruptedException e) {
      throw S3Errors.interrupted(problem(), e);
    }
  }

  private OvmsConverterException unreadable(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        return own;
      }
    }
    Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    return new TransferException(
        problem().found("the content cannot be read: " + cause.getMessage()), e);
  }

  private void requireAbsent() {
    if (session.head(target).isPresent()) {
      throw conflict(null);
    }
  }

  private Artifact putOnce(int size) throws IOException, InterruptedException {
    UploadMemory.Share share = session.memory().take(size);
    try {
      S3Body body = S3Body.read(content, 0, new byte[size], size);
      Artifact written =
          written(() -> verified(body, session.objects().put(put(body), body.request())), size);
      content.sent(size);
      return written;
    } finally {
      share.close();
    }
  }

  private PutObjectRequest put(S3Body body) {
    S3Settings settings = session.settings();
    PutObjectRequest.Builder request = PutObjectRequest.builder()
        .bucket(target.bucket())
        .key(target.key())
        .storageClass(settings.storageClass())
        .serverSideEncryption(settings.serverSideEncryption())
        .ssekmsKeyId(settings.kmsKeyId())
        .requestPayer(session.payer());
    if (session.dialect() == S3Dialect.GOOGLE) {
      request.contentMD5(body.md5Base64());
    } else {
      request.checksumCRC32C(Crc32cSum.base64(body.crc32c()));
    }
    if (createOnly) {
      request.metadata(metadata()).ifNoneMatch(condition());
    } else if (current != null) {
      request.metadata(metadata()).ifMatch('"' + current + '"');
    }
    return request.build();
  }

  Map<String, String> metadata() {
    return Map.of(TOKEN, token);
  }

  /** What makes the service refuse to replace an object; null when it may. */
  @Nullable
  String condition() {
    return createOnly && session.can(StoreCapability.CREATE_ONLY) ? "*" : null;
  }

  private Artifact verified(S3Body body, Received received) {
    requireSame(body, received);
    return artifact(body.length(), received.etag());
  }

  /** Compares what the service says it got with what was sent. */
  void requireSame(S3Body body, Received received) {
    if (!received.isOf(body)) {
      throw new DamagedUploadException(problem());
    }
  }

  /**
   * Does the step that makes the object visible. When it fails without saying whether it was done,
   * for instance because the answer was lost, the object itself tells.
   */
  Artifact written(VisibleStep step, long size) {
    try {
      return step.run();
    } catch (DamagedUploadException e) {
      session.deleteQuietly(target); // A wrong object is worse than none.
      throw e;
    } catch (SdkException e) {
      Optional<Artifact> own = mayBeDone(e) ? findOwn(size) : Optional.empty();
      if (own.isPresent()) {
        return own.get();
      }
      if (createOnly && e instanceof S3Exception answer && answer.statusCode() == 412) {
        throw conflict(e);
      }
      if (current != null
          && e instanceof S3Exception answer
          && (answer.statusCode() == 412 || answer.statusCode() == 404)) {
        throw new ConflictException(
            problem()
                .found("it was changed in the meantime")
                .remedy("try again")
                .mayHelpToRetry(),
            e);
      }
      throw e;
    }
  }

  private static boolean mayBeDone(SdkException e) {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    return !(e instanceof S3Exception answer)
        || answer.statusCode() == 412
        || answer.statusCode() == 404
        || answer.statusCode() >= 500;
  }

  private Optional<Artifact> findOwn(long size) {
    try {
      Optional<HeadObjectResponse> head = session.head(target);
      return head.filter(answer -> token.equals(answer.metadata().get(TOKEN)))
          .filter(answer -> answer.contentLength() == size)
          .map(answer -> artifact(size, answer.eTag()));
    } catch (OvmsConverterException e) {
      return Optional.empty(); // The first error says more than that this one followed.
    }
  }

  Artifact artifact(long size, @Nullable String etag) {
    return new Artifact(
        target.location(), target.location().name(), size, S3Checksums.revision(etag));
  }

  private ConflictException conflict(@Nullable Throwable cause) {
    return new ConflictException(
        problem().found("it exists already").remedy("choose another name, or replace it"), cause);
  }

  Problem problem() {
    return Problem.of("write").on(target.location());
  }

  S3Session session() {
    return session;
  }

  S3Location target() {
    return target;
  }

  Content content() {
    return content;
  }

  /** What makes the object visible. */
  interface VisibleStep {
    Artifact run();
  }

  /** The service holds something else than what was sent. */
  static final class DamagedUploadException extends TransferException {
    private static final long serialVersionUID = 1L;

    DamagedUploadException(Problem problem) {
      super(problem
          .found("the checksum of what the service holds is not that of what was sent")
          .remedy("try again; if it stays so, something between here and the service changes bytes")
          .mayHelpToRetry());
    }
  }
}
