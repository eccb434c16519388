package io.github.fuseml.ovms.testkit.server;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** MinIO: an S3 server, driven by its own client {@code mc}. */
public final class MinioServer extends LocalServer {
  /** The access key of the user who may do everything. */
  public static final String ACCESS_KEY = "minio-root";

  /** That user's secret key. */
  public static final String SECRET_KEY = "minio-root-secret";

  private final Mc client = new Mc(directory().resolve("mc"));

  private MinioServer(@Nullable ServerCertificate certificate) {
    super("minio", certificate);
  }

  /**
   * Starts one that speaks plain HTTP.
   *
   * @return a server that answers, without buckets
   */
  public static MinioServer start() {
    return start(null);
  }

  /**
   * Starts one that speaks TLS.
   *
   * @param certificate what it shows, such as {@link TestCertificates#localhost()}
   * @return a server that answers, without buckets
   */
  public static MinioServer startTls(ServerCertificate certificate) {
    return start(certificate);
  }

  private static MinioServer start(@Nullable ServerCertificate certificate) {
    MinioServer server = new MinioServer(certificate);
    server.launch();
    return server;
  }

  @Override
  List<String> command() {
    return List.of(
        Installed.pinned("minio").toString(),
        "server",
        "--quiet",
        "--address",
        "127.0.0.1:" + port(),
        "--certs-dir",
        certificates().toString(),
        directory().resolve("data").toString());
  }

  /** It takes them by their names in a directory; the authority is for the client. */
  private Path certificates() {
    Path directory = TemporaryFiles.writable(directory().resolve("certificates"));
    ServerCertificate certificate = certificate();
    if (certificate != null) {
      try {
        Files.write(directory.resolve("public.crt"), Files.readAllBytes(certificate.certificate()));
        Files.write(directory.resolve("private.key"), Files.readAllBytes(certificate.key()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot copy the server's certificate", e);
      }
    }
    return directory;
  }

  @Override
  Map<String, String> environment() {
    return Map.of(
        "MINIO_ROOT_USER",
        ACCESS_KEY,
        "MINIO_ROOT_PASSWORD",
        SECRET_KEY,
        "MINIO_BROWSER",
        "off",
        "MINIO_UPDATE",
        "off");
  }

  @Override
  boolean answers() {
    return Answers.http(url("/minio/health/ready"));
  }

  /**
   * Makes a bucket.
   *
   * @param bucket its name
   */
  public void createBucket(String bucket) {
    mc("mb", Mc.on(bucket));
  }

  /**
   * Keeps all versions of a bucket's objects from now on.
   *
   * @param bucket its name
   */
  public void enableVersioning(String bucket) {
    mc("version", "enable", Mc.on(bucket));
  }

  /**
   * Lets everybody list and read a bucket without credentials.
   *
   * @param bucket its name
   */
  public void makePublic(String bucket) {
    mc("anonymous", "set", "download", Mc.on(bucket));
  }

  /**
   * Adds a user.
   *
   * @param accessKey the new user's access key, three characters or more
   * @param secretKey the new user's secret key, eight characters or more
   * @param policy what the user may do
   */
  public void addUser(String accessKey, String secretKey, MinioPolicy policy) {
    Path file = TemporaryFiles.write(directory().resolve("policy.json"), policy.json());
    mc("admin", "policy", "create", "server", policy.name(), file.toString());
    mc("admin", "user", "add", "server", accessKey, secretKey);
    mc("admin", "policy", "attach", "server", policy.name(), "--user", accessKey);
  }

  /**
   * Puts a local file into a bucket, by the server's own client.
   *
   * @param file the file
   * @param bucket the bucket
   * @param key the object's key
   */
  public void put(Path file, String bucket, String key) {
    mc("cp", file.toString(), Mc.on(bucket + "/" + key));
  }

  /**
   * Reads a text object, by the server's own client.
   *
   * @param bucket the bucket
   * @param key the object's key
   * @return its content, with white space at both ends removed
   */
  public String read(String bucket, String key) {
    return mc("cat", Mc.on(bucket + "/" + key));
  }

  /**
   * Signs a URL with which everybody can read one object for a while.
   *
   * @param bucket the bucket
   * @param key the object's key
   * @return the URL, its signature in the query
   */
  public String sign(String bucket, String key) {
    String told = mc("share", "download", "--json", Mc.on(bucket + "/" + key));
    return JsonParser.parseString(told).getAsJsonObject().get("share").getAsString();
  }

  /**
   * Runs MinIO's client for what has no method here. The server is called {@code server} there, so
   * that an object is {@code server/bucket/key}.
   *
   * @param arguments its arguments
   * @return what it printed
   * @throws IllegalStateException if it fails
   */
  public String mc(String... arguments) {
    return mcAs(ACCESS_KEY, SECRET_KEY, arguments);
  }

  /**
   * Runs MinIO's client as another user.
   *
   * @param accessKey the user's access key
   * @param secretKey the user's secret key
   * @param arguments its arguments, as in {@link #mc}
   * @return what it printed
   * @throws IllegalStateException if it fails
   */
  public String mcAs(String accessKey, String secretKey, String... arguments) {
    return client.run(url(), accessKey, secretKey, arguments);
  }

  /**
   * Runs MinIO's client through a proxy.
   *
   * @param proxy the address of the proxy, without a path
   * @param arguments its arguments, as in {@link #mc}
   * @return what it printed
   * @throws IllegalStateException if it fails
   */
  public String mcThrough(URI proxy, String... arguments) {
    return client.run(proxy, ACCESS_KEY, SECRET_KEY, arguments);
  }
}
