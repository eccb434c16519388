package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpUnsuccessfulResponseHandler;
import com.google.api.client.json.JsonFactory;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.StorageObject;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.spi.UploadMemory;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the operations of one store share: the client, how it asks, how errors are told. */
final class GcsSession implements AutoCloseable {
  static final JsonFactory JSON = GsonFactory.getDefaultInstance();

  /** What is asked of an object's description. */
  static final String FIELDS = "name,size,generation,crc32c,md5Hash,metadata,updated";

  /** For what is sent at once, or the chunks of so many uploads. */
  private static final int UPLOADS_AT_A_TIME = 4;

  private final GcsSettings settings;
  private final ApacheTransport transport;
  private final GcsCredentials credentials;
  private final Storage client;
  private final GcsErrors errors;
  private final UploadMemory memory;

  GcsSession(GcsSettings settings) {
    this.settings = settings;
    transport = new ApacheTransport(GcsClients.create(settings));
    credentials = new GcsCredentials(settings, transport, System.getenv());
    errors = new GcsErrors(settings);
    memory = new UploadMemory((long) settings.uploadChunkSize() * UPLOADS_AT_A_TIME);
    try {
      credentials.check();
    } catch (BadRequestException e) {
      transport.close();
      throw e;
    }
    client = new Storage.Builder(transport, JSON, this::prepare)
        .setRootUrl(settings.endpoint() + "/")
        .setApplicationName("ovms-converter")
        .build();
  }

  /** Gives a request its credentials, time limits and retries. */
  private void prepare(HttpRequest request) throws IOException {
    HttpUnsuccessfulResponseHandler renewal = (asked, response, supportsRetry) -> false;
    Optional<GoogleCredentials> found = credentials.get();
    errors.sent(found.isPresent());
    if (found.isPresent()) {
      HttpCredentialsAdapter adapter = new HttpCredentialsAdapter(found.get());
      adapter.initialize(request);
      renewal = adapter;
    }
    Retries retries = new Retries(renewal);
    request
        .setUnsuccessfulResponseHandler(retries)
        .setIOExceptionHandler(retries)
        .setNumberOfRetries(settings.maxAttempts() - 1)
        .setReadTimeout((int) Math.min(settings.requestTimeout().toMillis(), Integer.MAX_VALUE))
        .setResponseReturnRawInputStream(false);
  }

  GcsSettings settings() {
    return settings;
  }

  Storage client() {
    return client;
  }

  HttpRequestFactory requests() {
    return client.getRequestFactory();
  }

  GcsErrors errors() {
    return errors;
  }

  UploadMemory memory() {
    return memory;
  }

  /** Describes the newest version of an object; empty when there is none. */
  Optional<StorageObject> describe(GcsLocation at) {
    return describe(at, null);
  }

  Optional<StorageObject> describe(GcsLocation at, @Nullable Long generation) {
    try {
      return Optional.of(client
          .objects()
          .get(at.bucket(), at.name())
          .setGeneration(generation)
          .setUserProject(settings.userProject())
          .setFields(FIELDS)
          .execute());
    } catch (IOException | RuntimeException e) {
      if (e instanceof GoogleJsonResponseException answer && GcsErrors.isNoSuchObject(answer)) {
        return Optional.empty();
      }
      throw errors.translate(e, "read", at);
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
