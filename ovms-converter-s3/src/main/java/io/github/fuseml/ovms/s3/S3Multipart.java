package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.UploadMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * An upload in parts, several at a time. The object appears when the last step is done; before, and
 * after any failure, nothing of it is to be seen, and no part of it stays behind.
 */
final class S3Multipart {
  /** What S3 allows. */
  private static final int MOST_PARTS = 10_000;

  private static final long MIB = 1L << 20;

  /** Removing the parts is not worth a longer wait. */
  private static final Duration ABORT_TIME = Duration.ofSeconds(15);

  private final S3Upload upload;
  private final S3Session session;
  private final S3Location target;
  private final long size;
  private final int partSize;
  private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
  private final AtomicLong sent = new AtomicLong();
  private final Phaser running = new Phaser(1);

  S3Multipart(S3Upload upload, long size) {
    this.upload = upload;
    this.session = upload.session();
    this.target = upload.target();
    this.size = size;
    this.partSize = partSize(size, session.settings().uploadPartSize());
  }

  /** The size of the parts: the one that is set, or as large as it takes, in whole MiB. */
  static int partSize(long size, long wanted) {
    long least = (size + MOST_PARTS - 1) / MOST_PARTS;
    return Math.toIntExact(Math.max(wanted, (least + MIB - 1) / MIB * MIB));
  }

  Artifact write() throws IOException, InterruptedException {
    String id = session.objects().begin(create());
    boolean done = false;
    try {
      List<Part> parts = uploadParts(id);
      Artifact written = upload.written(() -> complete(id, parts), size);
      done = true;
      return written;
    } finally {
      if (!done) {
        upload.content().sent(-sent.get());
        abort(id);
      }
    }
  }

  private CreateMultipartUploadRequest create() {
    S3Settings settings = session.settings();
    CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
        .bucket(target.bucket())
        .key(target.key())
        .contentType("application/octet-stream")
        .metadata(upload.metadata())
        .storageClass(settings.storageClass())
        .serverSideEncryption(settings.serverSideEncryption())
        .ssekmsKeyId(settings.kmsKeyId())
        .requestPayer(session.payer());
    if (session.dialect() == S3Dialect.S3) {
      // Of the whole object, so that whoever reads it later has something to compare with.
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C).checksumType(ChecksumType.FULL_OBJECT);
    }
    return request.build();
  }

  private List<Part> uploadParts(String id) throws IOException, InterruptedException {
    ExecutorCompletionService<Part> work = new ExecutorCompletionService<>(session.uploaders());
    List<Future<Part>> futures = new ArrayList<>();
    try {
      int number = 0;
      for (long offset = 0; offset < size; offset += partSize) {
        int part = ++number;
        long start = offset;
        futures.add(work.submit(() -> uploadPart(id, part, start)));
      }
      for (int i = 0; i < number; i++) {
        work.take().get();
      }
      List<Part> parts = new ArrayList<>();
      for (Future<Part> future : futures) {
        parts.add(future.get());
      }
      return parts;
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      // A part that arrived after the upload was aborted would stay behind.
      futures.forEach(future -> future.cancel(true));
      running.awaitAdvance(running.arrive());
    }
  }

  private static IOException failure(@Nullable Throwable cause) throws InterruptedException {
    if (cause instanceof SdkException error) {
      throw error;
    }
    if (cause instanceof OvmsConverterException error) {
      throw error;
    }
    if (cause instanceof InterruptedException error) {
      throw error;
    }
    return cause instanceof IOException error ? error : new IOException(cause);
  }

  private Part uploadPart(String id, int number, long offset)
      throws IOException, InterruptedException {
    running.register();
    try {
      UploadMemory.Share share = session.memory().take(partSize);
      try {
        byte[] buffer = Objects.requireNonNullElseGet(buffers.poll(), () -> new byte[partSize]);
        Part part = send(id, number, offset, buffer);
        buffers.add(buffer);
        return part;
      } finally {
        share.close();
      }
    } finally {
      running.arriveAndDeregister();
    }
  }

  private Part send(String id, int number, long offset, byte[] buffer) throws IOException {
    int length = (int) Math.min(partSize, size - offset);
    S3Body body = S3Body.read(upload.content(), offset, buffer, length);
    Received received = session.objects().put(part(id, number, body), body.request());
    upload.requireSame(body, received);
    sent.addAndGet(length);
    upload.content().sent(length);
    return new Part(number, length, body.crc32c(), received);
  }

  private UploadPartRequest part(String id, int number, S3Body body) {
    UploadPartRequest.Builder request = UploadPartRequest.builder()
        .bucket(target.bucket())
        .key(target.key())
        .uploadId(id)
        .partNumber(number)
        .requestPayer(session.payer());
    if (session.dialect() == S3Dialect.GOOGLE) {
      request.contentMD5(body.md5Base64());
    } else {
      request.checksumCRC32C(Crc32cSum.base64(body.crc32c()));
    }
    return request.build();
  }

  private Artifact complete(String id, List<Part> parts) {
    boolean summed = parts.stream().allMatch(part -> part.received().crc32c() != null);
    int sum = parts.stream()
        .reduce(0, (all, part) -> Crc32cSum.join(all, part.crc32c(), part.length()), (a, b) -> b);
    CompleteMultipartUploadRequest.Builder request = CompleteMultipartUploadRequest.builder()
        .bucket(target.bucket())
        .key(target.key())
        .uploadId(id)
        .ifNoneMatch(upload.condition())
        .requestPayer(session.payer())
        .multipartUpload(all -> all.parts(parts.stream().map(Part::completed).toList()));
    if (summed) {
      request.checksumType(ChecksumType.FULL_OBJECT).checksumCRC32C(Crc32cSum.base64(sum));
    }
    session.objects().complete(request.build());
    return verified(sum);
  }

  /** Looks at what the service holds now. */
  private Artifact verified(int sum) {
    HeadObjectResponse head =
        session.head(target).orElseThrow(() -> S3Errors.noSuchObject(upload.problem(), null));
    boolean whole = "FULL_OBJECT".equals(head.checksumTypeAsString());
    boolean same = !whole
        || head.checksumCRC32C() == null
        || head.checksumCRC32C().equals(Crc32cSum.base64(sum));
    if (head.contentLength() != size || !same) {
      throw new S3Upload.DamagedUploadException(upload.problem());
    }
    return upload.artifact(size, head.eTag());
  }

  private void abort(String id) {
    AbortMultipartUploadRequest request = AbortMultipartUploadRequest.builder()
        .bucket(target.bucket())
        .key(target.key())
        .uploadId(id)
        .requestPayer(session.payer())
        .build();
    FutureTask<Void> aborted = new FutureTask<>(() -> session.objects().abort(request), null);
    Thread thread =
        new Thread(aborted, "s3-abort"); // This one may be interrupted, and would not send.
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = Thread.interrupted();
    try {
      aborted.get(ABORT_TIME.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The failure that led here says more; the bucket's rules for incomplete uploads remain.
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      aborted.cancel(true);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A part that has arrived. */
  private record Part(int number, long length, int crc32c, Received received) {
    CompletedPart completed() {
      return CompletedPart.builder()
          .partNumber(number)
          .eTag(received.etag())
          .checksumCRC32C(received.crc32c())
          .build();
    }
  }
}
