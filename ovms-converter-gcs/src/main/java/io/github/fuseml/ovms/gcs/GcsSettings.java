package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoreSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings of a store of Google's: the table, and the values of one store. */
final class GcsSettings {
  static final StoreSetting CREDENTIALS = StoreSetting.of(
          "credentials",
          Kind.CHOICE,
          "Where credentials come from: auto takes the file, else an HMAC key, else what the machine"
              + " has, else none; default takes what the machine has; hmac takes the HMAC key;"
              + " anonymous never authenticates")
      .byDefault("auto")
      .oneOf("auto", "default", "hmac", "anonymous")
      .from("OVMS_GCS_CREDENTIALS");
  static final StoreSetting CREDENTIALS_FILE = StoreSetting.of(
          "credentialsFile", Kind.FILE, "The JSON file of a service account or of a user's login")
      .from("GOOGLE_APPLICATION_CREDENTIALS");
  static final StoreSetting ENDPOINT = StoreSetting.of(
          "endpoint",
          Kind.TEXT,
          "Where the service is, host:port or URL; an emulator gets no credentials but a file's")
      .byDefault("https://storage.googleapis.com")
      .from("STORAGE_EMULATOR_HOST");
  static final StoreSetting USER_PROJECT = StoreSetting.of(
          "userProject",
          Kind.TEXT,
          "The project that pays for requests to a bucket of somebody else's")
      .from("OVMS_GCS_USER_PROJECT");
  static final StoreSetting KMS_KEY = StoreSetting.of(
          "kmsKeyName", Kind.TEXT, "The key that the service encrypts with what is written")
      .byDefault("the bucket's own way")
      .from("OVMS_GCS_KMS_KEY_NAME");
  static final StoreSetting STORAGE_CLASS = StoreSetting.of(
          "storageClass", Kind.TEXT, "The storage class of what is written, such as NEARLINE")
      .byDefault("the bucket's own")
      .from("OVMS_GCS_STORAGE_CLASS");
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
          "requestTimeout", Kind.DURATION, "How long to wait for the service to send something")
      .byDefault("60s")
      .from("OVMS_GCS_REQUEST_TIMEOUT");
  static final StoreSetting MAX_ATTEMPTS = StoreSetting.of(
          "maxAttempts", Kind.NUMBER, "How often a request is tried in all")
      .byDefault("5")
      .from("OVMS_GCS_MAX_ATTEMPTS");
  static final StoreSetting ACCESS_KEY_ID = StoreSetting.of(
          "accessKeyId",
          Kind.TEXT,
          "The id of an HMAC key: with it the S3-compatible interface is used; AWS's own are passed"
              + " over")
      .from("AWS_ACCESS_KEY_ID");
  static final StoreSetting SECRET_ACCESS_KEY = StoreSetting.of(
          "secretAccessKey", Kind.SECRET, "The secret of the HMAC key")
      .from("AWS_SECRET_ACCESS_KEY");
  static final StoreSetting S3_ENDPOINT = StoreSetting.of(
          "s3Endpoint", Kind.TEXT, "Where the S3-compatible interface is; AWS's counts as unset")
      .byDefault("https://storage.googleapis.com")
      .from("S3_ENDPOINT");

  static final List<StoreSetting> ALL = List.of(
      CREDENTIALS,
      CREDENTIALS_FILE,
      ENDPOINT,
      USER_PROJECT,
      KMS_KEY,
      STORAGE_CLASS,
      CA_CERTIFICATE,
      INSECURE_TLS,
      CONNECT_TIMEOUT,
      REQUEST_TIMEOUT,
      MAX_ATTEMPTS,
      ACCESS_KEY_ID,
      SECRET_ACCESS_KEY,
      S3_ENDPOINT);

  private static final URI GOOGLE = URI.create("https://storage.googleapis.com");

  private final StoreSettings values;
  private final @Nullable URI endpoint;

  private GcsSettings(StoreSettings values, @Nullable URI endpoint) {
    this.values = values;
    this.endpoint = endpoint;
  }

  /** Reads settings; refuses wrong values and what does not go together. */
  static GcsSettings of(StoreSettings values) {
    URI endpoint = values.text(ENDPOINT).map(GcsSettings::parseEndpoint).orElse(null);
    GcsSettings settings = new GcsSettings(values, endpoint);
    String source = values.choice(CREDENTIALS).orElse("auto");
    if (source.equals("hmac") && settings.hmacKey().isEmpty()) {
      throw refused(CREDENTIALS, "there is no '" + ACCESS_KEY_ID.name() + "'");
    }
    if (settings.usesHmac() && values.text(SECRET_ACCESS_KEY).isEmpty()) {
      throw refused(ACCESS_KEY_ID, "it is given without '" + SECRET_ACCESS_KEY.name() + "'");
    }
    if (settings.insecureTls() && settings.caCertificate().isPresent()) {
      throw refused(INSECURE_TLS, "with it, '" + CA_CERTIFICATE.name() + "' has no meaning");
    }
    return settings;
  }

  private static URI parseEndpoint(String text) {
    String url = text.strip();
    if (!url.contains("://")) {
      url = (url.contains(":") ? "http://" : "https://") + url;
    }
    try {
      URI uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls through to the one refusal below, which does not repeat the text.
    }
    throw refused(ENDPOINT, "it is neither host:port nor the URL of a host");
  }

  private static BadRequestException refused(StoreSetting setting, String found) {
    return new BadRequestException(Problem.of("use the setting")
        .on("'" + setting.name() + "'")
        .found(found)
        .remedy("correct it, or leave it out: " + setting.description()));
  }

  private Optional<String> hmacKey() {
    return values
        .text(ACCESS_KEY_ID)
        .filter(key -> !key.startsWith("AKIA"))
        .filter(key -> !key.startsWith("ASIA"));
  }

  /** Whether the S3-compatible interface is to be used, as workflows of old did. */
  boolean usesHmac() {
    String source = values.choice(CREDENTIALS).orElse("auto");
    boolean own = endpoint != null || credentialsFile().isPresent();
    return source.equals("hmac") || (source.equals("auto") && !own && hmacKey().isPresent());
  }

  /** The settings of the S3-compatible interface, by the names of the S3 store. */
  StoreSettings forS3() {
    java.util.Map<String, String> s3 = new java.util.HashMap<>();
    values.text(ACCESS_KEY_ID).ifPresent(value -> s3.put("accessKeyId", value));
    values.text(SECRET_ACCESS_KEY).ifPresent(value -> s3.put("secretAccessKey", value));
    values.text(S3_ENDPOINT).ifPresent(value -> s3.put("endpoint", value));
    for (StoreSetting same :
        List.of(CA_CERTIFICATE, INSECURE_TLS, CONNECT_TIMEOUT, REQUEST_TIMEOUT, MAX_ATTEMPTS)) {
      values.text(same).ifPresent(value -> s3.put(same.name(), value));
    }
    return StoreSettings.of(s3);
  }

  /** Whether credentials are looked for on this machine. */
  boolean usesMachine() {
    String source = values.choice(CREDENTIALS).orElse("auto");
    return source.equals("default") || (source.equals("auto") && endpoint == null);
  }

  /** Whether it is an error to find none. */
  boolean needsCredentials() {
    return values.choice(CREDENTIALS).orElse("auto").equals("default");
  }

  /** The file of credentials, unless none are to be used. */
  Optional<Path> credentialsFile() {
    boolean anonymous = values.choice(CREDENTIALS).orElse("auto").equals("anonymous");
    return anonymous ? Optional.empty() : values.file(CREDENTIALS_FILE);
  }

  URI endpoint() {
    return endpoint == null ? GOOGLE : endpoint;
  }

  @Nullable
  String userProject() {
    return values.text(USER_PROJECT).orElse(null);
  }

  @Nullable
  String kmsKeyName() {
    return values.text(KMS_KEY).orElse(null);
  }

  @Nullable
  String storageClass() {
    return values.text(STORAGE_CLASS).orElse(null);
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
}
