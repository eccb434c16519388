package io.github.fuseml.ovms.testkit.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Versity's S3 gateway over a directory: an S3 server of another make than MinIO, with conditional
 * reads and writes, multipart uploads and users. It takes no request with a signature but without
 * {@code x-amz-content-sha256}.
 */
public final class VersityServer extends LocalServer {
  /** The access key of the user who may do everything. */
  public static final String ACCESS_KEY = "versity-root";

  /** That user's secret key. */
  public static final String SECRET_KEY = "versity-root-secret";

  private final Mc client = new Mc(directory().resolve("mc"));

  private VersityServer(@Nullable ServerCertificate certificate) {
    super("versitygw", certificate);
  }

  /**
   * Starts one that speaks plain HTTP.
   *
   * @return a server that answers, without buckets
   */
  public static VersityServer start() {
    return start(null);
  }

  /**
   * Starts one that speaks TLS.
   *
   * @param certificate what it shows, such as {@link TestCertificates#localhost()}
   * @return a server that answers, without buckets
   */
  public static VersityServer startTls(ServerCertificate certificate) {
    return start(certificate);
  }

  private static VersityServer start(@Nullable ServerCertificate certificate) {
    VersityServer server = new VersityServer(certificate);
    server.launch();
    return server;
  }

  @Override
  List<String> command() {
    List<String> command = new ArrayList<>(List.of(program()));
    command.addAll(List.of("--port", "127.0.0.1:" + port(), "--health", "/health", "--quiet"));
    command.addAll(List.of("--iam-dir", make("users")));
    ServerCertificate certificate = certificate();
    if (certificate != null) {
      command.addAll(List.of("--cert", certificate.certificate().toString()));
      command.addAll(List.of("--key", certificate.key().toString()));
    }
    // What belongs to an object is kept in files: not every file system has extended attributes.
    command.addAll(List.of("posix", "--sidecar", make("descriptions"), make("data")));
    return command;
  }

  private String make(String name) {
    return TemporaryFiles.writable(directory().resolve(name)).toString();
  }

  private static String program() {
    return Installed.pinned("versitygw").toString();
  }

  @Override
  Map<String, String> environment() {
    return Map.of("ROOT_ACCESS_KEY", ACCESS_KEY, "ROOT_SECRET_KEY", SECRET_KEY);
  }

  @Override
  boolean answers() {
    return Answers.http(url("/health"));
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
   * Adds a user, who may do nothing until given a bucket.
   *
   * @param accessKey the new user's access key
   * @param secretKey the new user's secret key
   */
  public void addUser(String accessKey, String secretKey) {
    administer("create-user", "--access", accessKey, "--secret", secretKey, "--role", "user");
  }

  /**
   * Makes a user the owner of a bucket, who may do everything in it.
   *
   * @param bucket its name
   * @param accessKey the user's access key
   */
  public void giveBucket(String bucket, String accessKey) {
    administer("change-bucket-owner", "--bucket", bucket, "--owner", accessKey);
  }

  private void administer(String... arguments) {
    List<String> command = new ArrayList<>(List.of(
        program(), "admin", "--allow-insecure", "--access", ACCESS_KEY, "--secret", SECRET_KEY));
    command.addAll(List.of("--endpoint-url", url().toString()));
    command.addAll(List.of(arguments));
    Command.run(command, Map.of());
  }

  /**
   * Puts a local file into a bucket, by MinIO's client.
   *
   * @param file the file
   * @param bucket the bucket
   * @param key the object's key
   */
  public void put(Path file, String bucket, String key) {
    mc("cp", file.toString(), Mc.on(bucket + "/" + key));
  }

  /**
   * Reads a text object, by MinIO's client.
   *
   * @param bucket the bucket
   * @param key the object's key
   * @return its content, with white space at both ends removed
   */
  public String read(String bucket, String key) {
    return mc("cat", Mc.on(bucket + "/" + key));
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
}
