package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.UploadMemory;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the requests of one store share: the client, the threads and the memory for uploads. */
final class S3Session implements AutoCloseable {
  private static final Set<StoreCapability> OF_S3 = Set.of(
      StoreCapability.WRITE,
      StoreCapability.CREATE_ONLY,
      StoreCapability.CONTENT_REVISION,
      StoreCapability.CONDITIONAL_REPLACE);

  /** Google's interface for the clients of S3 ignores conditions. */
  private static final Set<StoreCapability> OF_GOOGLE =
      Set.of(StoreCapability.WRITE, StoreCapability.CONTENT_REVISION);

  /** For a request that only tells more of a failure. */
  private static final Duration SHORT_TIME = Duration.ofSeconds(5);

  private final S3Settings settings;
  private final S3Dialect dialect;
  private final S3Credentials credentials;
  private final WatchedHttpClient http;
  private final ObjectClient objects;
  private final S3Errors errors;
  private final UploadMemory memory;
  private final ThreadPoolExecutor uploaders;
  private @Nullable S3Client client;

  S3Session(S3Settings settings, S3Dialect dialect, boolean direct) {
    this.settings = settings;
    this.dialect = dialect;
    credentials = S3Credentials.of(settings);
    http = new WatchedHttpClient(
        S3Clients.httpClient(settings), new RequestWatch(settings.requestTimeout()));
    objects = objects(settings, direct);
    errors = new S3Errors(settings, credentials);
    int parallelism = settings.uploadParallelism();
    memory = new UploadMemory(settings.uploadPartSize() * parallelism);
    uploaders = new ThreadPoolExecutor(
        parallelism, parallelism, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "s3-upload");
          thread.setDaemon(true);
          return thread;
        });
    uploaders.allowCoreThreadTimeOut(true);
  }

  private ObjectClient objects(S3Settings settings, boolean direct) {
    URI endpoint = settings.endpoint();
    return direct && endpoint != null && settings.pathStyle()
        ? new DirectClient(
            new DirectRequests(
                endpoint,
                S3Clients.region(settings).orElse(S3Clients.DEFAULT_REGION),
                credentials,
                settings.signsPayload()),
            http,
            S3Clients.retries(settings.maxAttempts()))
        : ObjectClient.of(client());
  }

  S3Settings settings() {
    return settings;
  }

  S3Dialect dialect() {
    return dialect;
  }

  /** The SDK's client, made when it is first needed: it takes longer to start than many a run. */
  synchronized S3Client client() {
    S3Client made = client;
    if (made == null) {
      made = S3Clients.create(settings, credentials, http);
      client = made;
    }
    return made;
  }

  /** Where objects are listed, read and written. */
  ObjectClient objects() {
    return objects;
  }

  S3Errors errors() {
    return errors;
  }

  UploadMemory memory() {
    return memory;
  }

  ExecutorService uploaders() {
    return uploaders;
  }

  Set<StoreCapability> capabilities() {
    return dialect == S3Dialect.S3 ? OF_S3 : OF_GOOGLE;
  }

  boolean can(StoreCapability capability) {
    return capabilities().contains(capability);
  }

  /** Who pays, as each request says; null for the bucket's owner. */
  @Nullable
  RequestPayer payer() {
    return settings.requesterPays() ? RequestPayer.REQUESTER : null;
  }

  /** Looks at an object; empty when there is none. */
  Optional<HeadObjectResponse> head(S3Location location) {
    try {
      return objects.head(HeadObjectRequest.builder()
          .bucket(location.bucket())
          .key(location.key())
          .requestPayer(payer())
          .checksumMode(dialect == S3Dialect.S3 ? ChecksumMode.ENABLED : null)
          .build());
    } catch (S3Exception e) {
      throw errors.translate(withReason(e, location), "look at", location);
    } catch (SdkException e) {
      throw errors.translate(e, "look at", location);
    }
  }

  /** Whether an object is known to be another one than it was; false when it cannot be told. */
  boolean isChanged(S3Location location, @Nullable String revision) {
    try {
      return !Objects.equals(
          S3Checksums.revision(client()
              .headObject(request -> request
                  .bucket(location.bucket())
                  .key(location.key())
                  .requestPayer(payer())
                  .overrideConfiguration(limit -> limit.apiCallTimeout(SHORT_TIME)))
              .eTag()),
          revision);
    } catch (S3Exception e) {
      return e.statusCode() == 404;
    } catch (SdkException e) {
      return false;
    }
  }

  /** The answer to a HEAD has no body that says why; the refusal of a listing has one. */
  private S3Exception withReason(S3Exception error, S3Location location) {
    if (error.statusCode() >= 500) {
      return error;
    }
    try {
      list(location.bucket(), location.key(), request -> request.maxKeys(1));
      return error;
    } catch (S3Exception reason) {
      return reason;
    } catch (SdkException e) {
      return error;
    }
  }

  /** Reads one page of a listing. */
  Listing list(String bucket, String prefix, Consumer<ListObjectsV2Request.Builder> more) {
    return objects.list(ListObjectsV2Request.builder()
        .bucket(bucket)
        .prefix(prefix)
        .encodingType(EncodingType.URL) // Or a control character in a key would break the XML.
        .requestPayer(payer())
        .applyMutation(more)
        .build());
  }

  void delete(S3Location location) {
    objects.delete(DeleteObjectRequest.builder()
        .bucket(location.bucket())
        .key(location.key())
        .requestPayer(payer())
        .build());
  }

  void deleteQuietly(S3Location location) {
    try {
      delete(location);
    } catch (SdkException e) {
      // What led here is thrown, and says that the object is wrong.
    }
  }

  @Override
  public synchronized void close() {
    uploaders.shutdownNow();
    if (client != null) {
      client.close();
    }
    http.close(); // The SDK closes what it made itself, and only that.
    credentials.close();
  }
}
