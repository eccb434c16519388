package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.HttpProxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a store of Google's: the table, and the values of one store. */
final class GcsSettings {
  static final StoreSetting ENDPOINT = StoreSetting.of(
          "endpoint",
          Kind.TEXT,
          "Where the service is: a URL, host:port (http) or host (https); one that is not Google's"
              + " counts as an emulator")
      .byDefault("https://storage.googleapis.com")
      .from("STORAGE_EMULATOR_HOST");
  static final StoreSetting CREDENTIALS = StoreSetting.of(
          "credentials",
          Kind.CHOICE,
          "Where credentials come from: auto takes the file, else an HMAC key, else what the machine"
              + " has, else none, and none for an emulator; file insists on the file; default on what"
              + " the machine has; hmac on the HMAC key; anonymous never authenticates")
      .byDefault("auto")
      .oneOf("auto", "file", "default", "hmac", "anonymous")
      .from("OVMS_GCS_CREDENTIALS");
  static final StoreSetting CREDENTIALS_FILE = StoreSetting.of(
          "credentialsFile",
          Kind.FILE,
          "The JSON file of a service account's key, of a user's login or of a workload's identity")
      .from("GOOGLE_APPLICATION_CREDENTIALS");
  static final StoreSetting ACCESS_KEY_ID = StoreSetting.of(
          "accessKeyId",
          Kind.TEXT,
          "The id of an HMAC key: with it the S3-compatible API is used; AWS's own are passed over")
      .from("AWS_ACCESS_KEY_ID");
  static final StoreSetting SECRET_ACCESS_KEY = StoreSetting.of(
          "secretAccessKey", Kind.SECRET, "The secret of the HMAC key")
      .from("AWS_SECRET_ACCESS_KEY");
  static final StoreSetting S3_ENDPOINT = StoreSetting.of(
          "s3Endpoint",
          Kind.TEXT,
          "Where the S3-compatible API is, for HMAC keys; AWS's own address counts as unset")
      .byDefault("https://storage.googleapis.com")
      .from("S3_ENDPOINT");
  static final StoreSetting USER_PROJECT = StoreSetting.of(
          "userProject", Kind.TEXT, "The project that pays for requests to requester-pays buckets")
      .from("OVMS_GCS_USER_PROJECT");
  static final StoreSetting PROJECT = StoreSetting.of(
          "project",
          Kind.TEXT,
          "The project whose quota is used, in place of the one in the credentials")
      .from("GOOGLE_CLOUD_QUOTA_PROJECT");
  static final StoreSetting KMS_KEY_NAME = StoreSetting.of(
          "kmsKeyName",
          Kind.TEXT,
          "The Cloud KMS key that encrypts what is written: projects/P/locations/L/keyRings/R/"
              + "cryptoKeys/K")
      .byDefault("the bucket's own way")
      .from("OVMS_GCS_KMS_KEY_NAME");
  static final StoreSetting STORAGE_CLASS = StoreSetting.of(
          "storageClass", Kind.TEXT, "The storage class of what is written, such as NEARLINE")
      .byDefault("the bucket's own")
      .from("OVMS_GCS_STORAGE_CLASS");
  static final StoreSetting UPLOAD_CHUNK_SIZE = StoreSetting.of(
          "uploadChunkSize",
          Kind.SIZE,
          "What is larger goes up in chunks of this size, one after the other, each held in memory:"
              + " 256 KiB to 1 GiB, a multiple of 256 KiB")
      .byDefault("16MiB")
      .from("OVMS_GCS_UPLOAD_CHUNK_SIZE");
  static final StoreSetting CA_CERTIFICATE = StoreSetting.of(
          "caCertificate",
          Kind.FILE,
          "A PEM file of certificate authorities to trust instead of Java's own")
      .from("OVMS_GCS_CA_CERTIFICATE");
  static final StoreSetting INSECURE_TLS = StoreSetting.of(
          "insecureTls",
          Kind.FLAG,
          "Accepts any certificate: whoever is on the way can read and change everything")
      .byDefault("false")
      .from("OVMS_GCS_INSECURE_TLS");
  static final StoreSetting CONNECT_TIMEOUT = StoreSetting.of(
          "connectTimeout", Kind.DURATION, "How long to wait for a connection")
      .byDefault("10s")
      .from("OVMS_GCS_CONNECT_TIMEOUT");
  static final StoreSetting REQUEST_TIMEOUT = StoreSetting.of(
          "requestTimeout",
          Kind.DURATION,
          "How long to wait for the service to send or to take something")
      .byDefault("60s")
      .from("OVMS_GCS_REQUEST_TIMEOUT");
  static final StoreSetting MAX_ATTEMPTS = StoreSetting.of(
          "maxAttempts", Kind.NUMBER, "How often a request is tried in all")
      .byDefault("5")
      .from("OVMS_GCS_MAX_ATTEMPTS");
  static final StoreSetting PROXY = StoreSetting.of(
          "proxy",
          Kind.TEXT,
          "The URL of an HTTP proxy, http://[user:password@]host:port, or 'none'")
      .byDefault("what https_proxy, http_proxy and no_proxy say")
      .from("OVMS_GCS_PROXY");

  static final List<StoreSetting> ALL = List.of(
      ENDPOINT,
      CREDENTIALS,
      CREDENTIALS_FILE,
      ACCESS_KEY_ID,
      SECRET_ACCESS_KEY,
      S3_ENDPOINT,
      USER_PROJECT,
      PROJECT,
      KMS_KEY_NAME,
      STORAGE_CLASS,
      UPLOAD_CHUNK_SIZE,
      CA_CERTIFICATE,
      INSECURE_TLS,
      CONNECT_TIMEOUT,
      REQUEST_TIMEOUT,
      MAX_ATTEMPTS,
      PROXY);

  /** What the service takes of a chunk that is not the last is a multiple of this. */
  private static final int CHUNK_UNIT = 256 << 10;

  /** The machine's own service for credentials: no proxy knows which machine asks. */
  private static final Set<String> METADATA = Set.of("metadata.google.internal", "169.254.169.254");

  private final StoreSettings values;
  private final GcsEndpoint endpoint;

  private GcsSettings(StoreSettings values, GcsEndpoint endpoint) {
    this.values = values;
    this.endpoint = endpoint;
  }

  /** Reads settings; refuses wrong values and what does not go together. */
  static GcsSettings of(StoreSettings values) {
    GcsSettings settings = new GcsSettings(
        values, values.text(ENDPOINT).map(GcsEndpoint::parse).orElse(GcsEndpoint.GOOGLE));
    settings.refuseContradictions();
    return settings;
  }

  private void refuseContradictions() {
    if (credentials().equals("file") && credentialsFile().isEmpty()) {
      throw refused(CREDENTIALS, "it is 'file', but '" + CREDENTIALS_FILE.name() + "' is not set");
    }
    if (credentials().equals("hmac") && hmacKey().isEmpty()) {
      throw refused(CREDENTIALS, "it is 'hmac', but '" + ACCESS_KEY_ID.name() + "' is not set");
    }
    if (insecureTls() && caCertificate().isPresent()) {
      throw refused(INSECURE_TLS, "with it, '" + CA_CERTIFICATE.name() + "' has no meaning");
    }
    int chunk = uploadChunkSize();
    if (chunk % CHUNK_UNIT != 0) {
      throw refused(UPLOAD_CHUNK_SIZE, "it is no multiple of 256 KiB");
    }
    if (usesHmacKey() && values.text(SECRET_ACCESS_KEY).isEmpty()) {
      throw refused(ACCESS_KEY_ID, "it is given without '" + SECRET_ACCESS_KEY.name() + "'");
    }
    proxy(endpoint.uri());
  }

  private static BadRequestException refused(StoreSetting setting, String found) {
    return new BadRequestException(Problem.of("use the setting")
        .on("'" + setting.name() + "'")
        .found(found)
        .remedy("correct it, or leave it out: " + setting.description()));
  }

  /** The id of an HMAC key; one of AWS's is in the same variable, and none. */
  private Optional<String> hmacKey() {
    return values
        .text(ACCESS_KEY_ID)
        .filter(id -> !id.strip().toUpperCase(Locale.ROOT).matches("A[KS]IA[A-Z0-9]{16}"));
  }

  /**
   * Whether the way is the S3-compatible one. What only Google's own way has goes first, for in an
   * environment both may be set, and the variables of AWS for another store.
   */
  boolean usesHmacKey() {
    boolean googles =
        values.text(ENDPOINT).isPresent() || values.text(CREDENTIALS_FILE).isPresent();
    return credentials().equals("hmac")
        || (credentials().equals("auto") && !googles && hmacKey().isPresent());
  }

  /** The settings as they were given. */
  StoreSettings values() {
    return values;
  }

  GcsEndpoint endpoint() {
    return endpoint;
  }

  String credentials() {
    return values.choice(CREDENTIALS).orElse("auto");
  }

  Optional<Path> credentialsFile() {
    return values.file(CREDENTIALS_FILE);
  }

  @Nullable
  String userProject() {
    return values.text(USER_PROJECT).orElse(null);
  }

  Optional<String> project() {
    return values.text(PROJECT);
  }

  @Nullable
  String kmsKeyName() {
    return values.text(KMS_KEY_NAME).orElse(null);
  }

  @Nullable
  String storageClass() {
    return values.text(STORAGE_CLASS).orElse(null);
  }

  int uploadChunkSize() {
    long size = values.size(UPLOAD_CHUNK_SIZE).orElse(16L << 20);
    if (size < CHUNK_UNIT || size > 1L << 30) {
      throw refused(UPLOAD_CHUNK_SIZE, "it is not from 256 KiB to 1 GiB");
    }
    return (int) size;
  }

  Optional<Path> caCertificate() {
    return values.file(CA_CERTIFICATE);
  }

  boolean insecureTls() {
    return values.flag(INSECURE_TLS).orElse(false);
  }

  Duration connectTimeout() {
    return values.duration(CONNECT_TIMEOUT).orElse(Duration.ofSeconds(10));
  }

  Duration requestTimeout() {
    return values.duration(REQUEST_TIMEOUT).orElse(Duration.ofSeconds(60));
  }

  int maxAttempts() {
    return values.number(MAX_ATTEMPTS).orElse(5);
  }

  /**
   * The proxy that requests to a server go by: to the service, or to where tokens come from.
   *
   * @return empty for none
   */
  Optional<HttpProxy> proxy(URI server) {
    Optional<String> proxy = values.text(PROXY).map(String::strip);
    if (proxy.filter("none"::equals).isPresent() || METADATA.contains(server.getHost())) {
      return Optional.empty();
    }
    try {
      return proxy.isPresent()
          ? proxy.map(HttpProxy::parse)
          : HttpProxy.ofEnvironment(server, System.getenv());
    } catch (IllegalArgumentException e) {
      throw refused(PROXY, "it is neither 'none' nor the URL of a proxy");
    }
  }
}
