package io.github.fuseml.ovms.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MLflow's tracking server, as {@code mlflow server} starts it, in one process; and MLflow's own client,
 * to log models to it.
 */
public final class MlflowServer extends LocalServer {
  /** The administrator of a server with basic authentication. */
  public static final String USERNAME = "admin";

  /** The administrator's password. */
  public static final String PASSWORD = "not-for-messages-1";

  private final Setup setup;

  private MlflowServer(Setup setup) {
    super("mlflow", null);
    this.setup = setup;
  }

  /**
   * A server that keeps artifacts in files of its own and hands them out itself.
   *
   * @return what can be changed before it starts
   */
  public static Setup setup() {
    return new Setup();
  }

  /** What a server is like. Not thread-safe. */
  public static final class Setup {
    private @Nullable MinioServer minio;
    private String bucket = "";
    private boolean direct;
    private boolean basicAuth;
    private boolean workspaces;
    private String prefix = "";

    private Setup() {}

    /**
     * Keeps the artifacts in a bucket, and hands them out itself.
     *
     * @param server where the bucket is
     * @param name the bucket
     * @return this setup
     */
    public Setup artifactsIn(MinioServer server, String name) {
      minio = server;
      bucket = name;
      return this;
    }

    /**
     * Lets clients go to where the artifacts are by themselves.
     *
     * @return this setup
     */
    public Setup direct() {
      direct = true;
      return this;
    }

    /**
     * Lets in only those who log in by basic authentication.
     *
     * @return this setup
     */
    public Setup basicAuth() {
      basicAuth = true;
      return this;
    }

    /**
     * Has workspaces, of which each knows only its own models; without a word it is {@code default}.
     *
     * @return this setup
     */
    public Setup workspaces() {
      workspaces = true;
      return this;
    }

    /**
     * Puts everything below a path.
     *
     * @param path the path, with a slash before it and none behind it
     * @return this setup
     */
    public Setup staticPrefix(String path) {
      prefix = path;
      return this;
    }

    /**
     * Starts it.
     *
     * @return a server that answers, without experiments of anybody's
     */
    public MlflowServer start() {
      MlflowServer server = new MlflowServer(this);
      server.prepare();
      server.launch();
      return server;
    }
  }

  /** With tables in it: to make them takes longer than all the rest of the start. */
  private void prepare() {
    try {
      Files.copy(Installed.mlflow().resolve("empty.db"), directory().resolve("mlflow.db"));
      Files.createDirectories(artifacts());
      TemporaryFiles.write(
          directory().resolve("auth.ini"), """
          [mlflow]
          default_permission = READ
          database_uri = sqlite:///%s
          admin_username = %s
          authorization_function = mlflow.server.auth:authenticate_request_basic_auth
          """.formatted(directory().resolve("auth.db"), USERNAME));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the files of an MLflow server", e);
    }
  }

  /**
   * Where it keeps artifacts, unless they are in a bucket.
   *
   * @return an absolute path
   */
  public Path artifacts() {
    return directory().resolve("artifacts");
  }

  @Override
  List<String> command() {
    List<String> command = new ArrayList<>(List.of(
        python().toString(),
        "-m",
        "uvicorn",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port()),
        "--workers",
        "1"));
    command.addAll(
        setup.basicAuth
            ? List.of("--factory", "mlflow.server.auth:create_app")
            : List.of("mlflow.server.fastapi_app:app"));
    return command;
  }

  /** What {@code mlflow server} sets for the process that serves. */
  @Override
  Map<String, String> environment() {
    String database = "sqlite:///" + directory().resolve("mlflow.db");
    String place = setup.minio == null ? artifacts().toString() : "s3://" + setup.bucket;
    Map<String, String> variables = new HashMap<>();
    variables.put("MLFLOW_TRACKING_URI", database);
    variables.put("MLFLOW_REGISTRY_URI", database);
    variables.put("_MLFLOW_SERVER_FILE_STORE", database);
    variables.put("_MLFLOW_SERVER_REGISTRY_STORE", database);
    variables.put("_MLFLOW_SERVER_ARTIFACT_ROOT", setup.direct ? place : "mlflow-artifacts:/");
    if (!setup.direct) {
      variables.put("_MLFLOW_SERVER_SERVE_ARTIFACTS", "true");
      variables.put("_MLFLOW_SERVER_ARTIFACT_DESTINATION", place);
    }
    if (!setup.prefix.isEmpty()) {
      variables.put("_MLFLOW_STATIC_PREFIX", setup.prefix);
    }
    if (setup.workspaces) {
      variables.put("MLFLOW_ENABLE_WORKSPACES", "true");
      variables.put("MLFLOW_WORKSPACE_STORE_URI", database);
    }
    variables.put("_MLFLOW_SGI_NAME", "uvicorn");
    variables.put("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false");
    variables.put("MLFLOW_DISABLE_TELEMETRY", "true");
    variables.put("MLFLOW_AUTH_CONFIG_PATH", directory().resolve("auth.ini").toString());
    variables.put("MLFLOW_AUTH_ADMIN_PASSWORD", PASSWORD);
    variables.put("MLFLOW_FLASK_SERVER_SECRET_KEY", "of-a-test");
    variables.putAll(ofTheBucket());
    return variables;
  }

  private Map<String, String> ofTheBucket() {
    MinioServer minio = setup.minio;
    return minio == null
        ? Map.of()
        : Map.of(
            "MLFLOW_S3_ENDPOINT_URL",
            minio.url().toString(),
            "AWS_ACCESS_KEY_ID",
            MinioServer.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY",
            MinioServer.SECRET_KEY,
            "AWS_DEFAULT_REGION",
            "us-east-1");
  }

  @Override
  boolean answers() {
    return Answers.http(url(setup.prefix + "/health"));
  }

  /**
   * What clients are told.
   *
   * @return the tracking URI, with the prefix
   */
  public String trackingUri() {
    return url() + setup.prefix;
  }

  /**
   * Runs a program of MLflow's client, which logs to this server.
   *
   * @param script the program
   * @param arguments its arguments
   * @return the last line that it printed
   * @throws IllegalStateException if it fails
   */
  public String python(String script, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(python().toString(), "-W", "ignore", "-c", script));
    command.addAll(Arrays.asList(arguments));
    Map<String, String> variables = new HashMap<>(ofTheBucket());
    variables.put("MLFLOW_TRACKING_URI", trackingUri());
    variables.put("MLFLOW_TRACKING_USERNAME", setup.basicAuth ? USERNAME : "");
    variables.put("MLFLOW_TRACKING_PASSWORD", setup.basicAuth ? PASSWORD : "");
    variables.put("MLFLOW_DISABLE_TELEMETRY", "true");
    variables.put("GIT_PYTHON_REFRESH", "quiet");
    String output = Command.run(command, variables);
    return output.substring(output.lastIndexOf('\n') + 1);
  }

  private static Path python() {
    return Installed.mlflow().resolve("bin").resolve("python");
  }
}
