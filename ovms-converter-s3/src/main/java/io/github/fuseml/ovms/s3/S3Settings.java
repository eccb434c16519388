package io.github.fuseml.ovms.s3;

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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings of an S3 store: the table, and the values of one store. */
final class S3Settings {
  static final StoreSetting ENDPOINT = StoreSetting.of(
          "endpoint",
          Kind.TEXT,
          "Where the service is: a URL, host:port (http, but https for port 443) or host (https)")
      .byDefault("AWS")
      .from("S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "MLFLOW_S3_ENDPOINT_URL");
  static final StoreSetting REGION = StoreSetting.of(
          "region", Kind.TEXT, "The region of the buckets")
      .byDefault("us-east-1 with an endpoint; else that of the profile, or of the bucket")
      .from("AWS_REGION", "AWS_DEFAULT_REGION");
  static final StoreSetting ACCESS_KEY_ID = StoreSetting.of(
          "accessKeyId", Kind.TEXT, "The id of the access key")
      .from("AWS_ACCESS_KEY_ID");
  static final StoreSetting SECRET_ACCESS_KEY = StoreSetting.of(
          "secretAccessKey", Kind.SECRET, "The secret of the access key")
      .from("AWS_SECRET_ACCESS_KEY");
  static final StoreSetting SESSION_TOKEN = StoreSetting.of(
          "sessionToken", Kind.SECRET, "The session token that belongs to a temporary access key")
      .from("AWS_SESSION_TOKEN");
  static final StoreSetting PROFILE = StoreSetting.of(
          "profile",
          Kind.TEXT,
          "The profile of the AWS configuration files to take credentials from")
      .from("AWS_PROFILE");
  static final StoreSetting CREDENTIALS = StoreSetting.of(
          "credentials",
          Kind.CHOICE,
          "Where credentials come from: auto takes the access key, else what the machine has, else"
              + " none; anonymous never signs; chain fails when the machine has none")
      .byDefault("auto")
      .oneOf("auto", "anonymous", "chain")
      .from("OVMS_S3_CREDENTIALS");
  static final StoreSetting PATH_STYLE = StoreSetting.of(
          "pathStyle",
          Kind.FLAG,
          "Whether the bucket stands in the URL's path, not in its host name")
      .byDefault("true with an endpoint, else false")
      .from("OVMS_S3_PATH_STYLE");
  static final StoreSetting CA_CERTIFICATE = StoreSetting.of(
          "caCertificate",
          Kind.FILE,
          "A PEM file of certificate authorities to trust instead of Java's own")
      .from("AWS_CA_BUNDLE");
  static final StoreSetting INSECURE_TLS = StoreSetting.of(
          "insecureTls",
          Kind.FLAG,
          "Accepts any certificate: whoever is on the way can read and change everything")
      .byDefault("false")
      .from("OVMS_S3_INSECURE_TLS", "MLFLOW_S3_IGNORE_TLS");
  static final StoreSetting SIGN_PAYLOAD = StoreSetting.of(
          "signPayload",
          Kind.FLAG,
          "Whether a signature covers every byte that is written, not their checksum alone; TLS"
              + " protects them anyway")
      .byDefault("true without TLS, but for a service on this machine")
      .from("OVMS_S3_SIGN_PAYLOAD");
  static final StoreSetting SERVER_SIDE_ENCRYPTION = StoreSetting.of(
          "serverSideEncryption", Kind.CHOICE, "How the service encrypts what is written")
      .byDefault("the bucket's own way")
      .oneOf("AES256", "aws:kms", "aws:kms:dsse")
      .from("OVMS_S3_SERVER_SIDE_ENCRYPTION");
  static final StoreSetting KMS_KEY_ID = StoreSetting.of(
          "kmsKeyId", Kind.TEXT, "The key for serverSideEncryption=aws:kms")
      .byDefault("the service's own key")
      .from("OVMS_S3_KMS_KEY_ID");
  static final StoreSetting STORAGE_CLASS = StoreSetting.of(
          "storageClass", Kind.TEXT, "The storage class of what is written, such as STANDARD_IA")
      .byDefault("the service's own")
      .from("OVMS_S3_STORAGE_CLASS");
  static final StoreSetting REQUESTER_PAYS = StoreSetting.of(
          "requesterPays", Kind.FLAG, "Accepts to pay for requests to a bucket of somebody else's")
      .byDefault("false")
      .from("OVMS_S3_REQUESTER_PAYS");
  static final StoreSetting UPLOAD_PART_SIZE = StoreSetting.of(
          "uploadPartSize",
          Kind.SIZE,
          "What is larger goes up in parts of this size, 5 MiB to 1 GiB; huge files in larger ones")
      .byDefault("8MiB")
      .from("OVMS_S3_UPLOAD_PART_SIZE");
  static final StoreSetting UPLOAD_PARALLELISM = StoreSetting.of(
          "uploadParallelism",
          Kind.NUMBER,
          "How many parts go up at a time, each held in memory, at most 64")
      .byDefault("4")
      .from("OVMS_S3_UPLOAD_PARALLELISM");
  static final StoreSetting CONNECT_TIMEOUT = StoreSetting.of(
          "connectTimeout", Kind.DURATION, "How long to wait for a connection")
      .byDefault("10s")
      .from("OVMS_S3_CONNECT_TIMEOUT");
  static final StoreSetting REQUEST_TIMEOUT = StoreSetting.of(
          "requestTimeout", Kind.DURATION, "How long to wait for the service to send something")
      .byDefault("60s")
      .from("OVMS_S3_REQUEST_TIMEOUT");
  static final StoreSetting MAX_ATTEMPTS = StoreSetting.of(
          "maxAttempts", Kind.NUMBER, "How often a request is tried in all")
      .byDefault("5")
      .from("AWS_MAX_ATTEMPTS");
  static final StoreSetting PROXY = StoreSetting.of(
          "proxy",
          Kind.TEXT,
          "The URL of an HTTP proxy, http://[user:password@]host:port, or 'none'")
      .byDefault("what https_proxy, http_proxy and no_proxy say")
      .from("OVMS_S3_PROXY");

  static final List<StoreSetting> ALL = List.of(
      ENDPOINT,
      REGION,
      ACCESS_KEY_ID,
      SECRET_ACCESS_KEY,
      SESSION_TOKEN,
      PROFILE,
      CREDENTIALS,
      PATH_STYLE,
      CA_CERTIFICATE,
      INSECURE_TLS,
      SIGN_PAYLOAD,
      SERVER_SIDE_ENCRYPTION,
      KMS_KEY_ID,
      STORAGE_CLASS,
      REQUESTER_PAYS,
      UPLOAD_PART_SIZE,
      UPLOAD_PARALLELISM,
      CONNECT_TIMEOUT,
      REQUEST_TIMEOUT,
      MAX_ATTEMPTS,
      PROXY);

  private static final long MIB = 1L << 20;

  private final StoreSettings values;
  private final S3Endpoint endpoint;

  private S3Settings(StoreSettings values, S3Endpoint endpoint) {
    this.values = values;
    this.endpoint = endpoint;
  }

  /** Reads settings; refuses wrong values and what does not go together. */
  static S3Settings of(StoreSettings values) {
    S3Endpoint endpoint = values.text(ENDPOINT).map(S3Endpoint::parse).orElse(S3Endpoint.AWS);
    S3Settings settings = new S3Settings(values, endpoint);
    settings.refuseContradictions();
    return settings;
  }

  private void refuseContradictions() {
    boolean id = values.text(ACCESS_KEY_ID).isPresent();
    requireBoth(id, ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    requireBoth(values.text(SECRET_ACCESS_KEY).isPresent(), SECRET_ACCESS_KEY, ACCESS_KEY_ID);
    requireBoth(values.text(SESSION_TOKEN).isPresent(), SESSION_TOKEN, ACCESS_KEY_ID);
    requireBoth(values.text(KMS_KEY_ID).isPresent(), KMS_KEY_ID, SERVER_SIDE_ENCRYPTION);
    if (id && !credentials().equals("auto")) {
      throw refused(CREDENTIALS, "it is '" + credentials() + "', but an access key is given too")
          .get();
    }
    if (insecureTls() && caCertificate().isPresent()) {
      throw refused(INSECURE_TLS, "with it, '" + CA_CERTIFICATE.name() + "' has no meaning")
          .get();
    }
    long part = uploadPartSize();
    if (part < 5 * MIB || part > 1024 * MIB) {
      throw refused(UPLOAD_PART_SIZE, "it is not from 5 MiB to 1 GiB").get();
    }
    if (uploadParallelism() > 64) {
      throw refused(UPLOAD_PARALLELISM, "it is above 64").get();
    }
    proxy();
  }

  private void requireBoth(boolean set, StoreSetting setting, StoreSetting other) {
    if (set && values.text(other).isEmpty()) {
      throw refused(setting, "it is given without '" + other.name() + "'").get();
    }
  }

  private static java.util.function.Supplier<BadRequestException> refused(
      StoreSetting setting, String found) {
    return () -> new BadRequestException(Problem.of("use the setting")
        .on("'" + setting.name() + "'")
        .found(found)
        .remedy("correct it, or leave it out: " + setting.description()));
  }

  /** The service; null for AWS. */
  @Nullable
  URI endpoint() {
    return endpoint.uri();
  }

  /** The region that is given, be it in an address of AWS's. */
  Optional<String> region() {
    return values.text(REGION).or(() -> Optional.ofNullable(endpoint.awsRegion()));
  }

  Optional<String> accessKeyId() {
    return values.text(ACCESS_KEY_ID);
  }

  Optional<String> secretAccessKey() {
    return values.text(SECRET_ACCESS_KEY);
  }

  Optional<String> sessionToken() {
    return values.text(SESSION_TOKEN);
  }

  Optional<String> profile() {
    return values.text(PROFILE);
  }

  String credentials() {
    return values.choice(CREDENTIALS).orElse("auto");
  }

  boolean pathStyle() {
    return values.flag(PATH_STYLE).orElse(endpoint.uri() != null);
  }

  Optional<Path> caCertificate() {
    return values.file(CA_CERTIFICATE);
  }

  boolean insecureTls() {
    return values.flag(INSECURE_TLS).orElse(false);
  }

  /**
   * Whether signatures cover what is written. Without TLS somebody on the way could else change it,
   * with a checksum to match; nobody is on the way to this machine itself.
   */
  boolean signsPayload() {
    boolean open = "http".equals(service().getScheme());
    return open
        && values.flag(SIGN_PAYLOAD).orElse(!endpoint.isThisMachine() || proxy().isPresent());
  }

  @Nullable
  String serverSideEncryption() {
    return values.choice(SERVER_SIDE_ENCRYPTION).orElse(null);
  }

  @Nullable
  String kmsKeyId() {
    return values.text(KMS_KEY_ID).orElse(null);
  }

  @Nullable
  String storageClass() {
    return values.text(STORAGE_CLASS).orElse(null);
  }

  boolean requesterPays() {
    return values.flag(REQUESTER_PAYS).orElse(false);
  }

  long uploadPartSize() {
    return values.size(UPLOAD_PART_SIZE).orElse(8 * MIB);
  }

  int uploadParallelism() {
    return values.number(UPLOAD_PARALLELISM).orElse(4);
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

  /** The proxy that requests to the service go by; empty for none. */
  Optional<HttpProxy> proxy() {
    Optional<String> proxy = values.text(PROXY).map(String::strip);
    if (proxy.filter("none"::equals).isPresent()) {
      return Optional.empty();
    }
    try {
      return proxy.isPresent()
          ? proxy.map(HttpProxy::parse)
          : HttpProxy.ofEnvironment(service(), System.getenv());
    } catch (IllegalArgumentException e) {
      throw refused(PROXY, "it is neither 'none' nor the URL of a proxy").get();
    }
  }

  /** The service, AWS's own included. */
  URI service() {
    URI uri = endpoint.uri();
    return uri != null ? uri : S3Endpoint.aws(region().orElse(null));
  }
}
