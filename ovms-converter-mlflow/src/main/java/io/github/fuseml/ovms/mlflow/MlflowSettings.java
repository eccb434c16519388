package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.http.HttpService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The settings of one side, read and checked; the table of them. */
final class MlflowSettings {
  static final StoreSetting TRACKING_URI = StoreSetting.of(
          "trackingUri",
          Kind.TEXT,
          "the tracking server, http:// or https://, with its static prefix if it has one")
      .from("MLFLOW_TRACKING_URI");
  static final StoreSetting REGISTRY_URI = StoreSetting.of(
          "registryUri",
          Kind.TEXT,
          "the server of the model registry, with the tracking server's credentials and TLS")
      .byDefault("the tracking server")
      .from("MLFLOW_REGISTRY_URI");
  static final StoreSetting WORKSPACE = StoreSetting.of(
          "workspace", Kind.TEXT, "the workspace, on a server that has such")
      .byDefault("the server's own")
      .from("MLFLOW_WORKSPACE");
  static final StoreSetting REGISTER = StoreSetting.of(
          "register",
          Kind.FLAG,
          "tag the model's version, or the logged model, with where its conversion was published:"
              + " ovms.converted_url, ovms.version, ovms.digest")
      .byDefault("false")
      .from("OVMS_MLFLOW_REGISTER");
  static final StoreSetting MULTIPART_SIZE = StoreSetting.of(
          "multipartSize",
          Kind.SIZE,
          "from which size on a proxied artifact is written in parts, past the server straight to"
              + " its store, where the server offers that")
      .byDefault("64MiB")
      .from("OVMS_MLFLOW_MULTIPART_SIZE");

  private static final String USERNAME = "username";
  private static final String PASSWORD = "password";
  private static final String TOKEN = "token";
  private static final String HEADERS = "headers";

  /** How a request tells its workspace: mlflow, {@code utils/workspace_utils.py}. */
  private static final String WORKSPACE_HEADER = "X-MLFLOW-WORKSPACE";

  /** MLflow's own variables for what a client of HTTP can be told. */
  private static final Map<String, List<String>> VARIABLES = Map.of(
      USERNAME,
      List.of("MLFLOW_TRACKING_USERNAME"),
      PASSWORD,
      List.of("MLFLOW_TRACKING_PASSWORD"),
      TOKEN,
      List.of("MLFLOW_TRACKING_TOKEN"),
      "insecureTls",
      List.of("MLFLOW_TRACKING_INSECURE_TLS"),
      "caCertificate",
      List.of("MLFLOW_TRACKING_SERVER_CERT_PATH"),
      "clientCertificate",
      List.of("MLFLOW_TRACKING_CLIENT_CERT_PATH"),
      HEADERS,
      List.of("OVMS_MLFLOW_HEADERS"),
      "connectTimeout",
      List.of("OVMS_MLFLOW_CONNECT_TIMEOUT"),
      "answerTimeout",
      List.of("OVMS_MLFLOW_ANSWER_TIMEOUT", "MLFLOW_HTTP_REQUEST_TIMEOUT"),
      "attempts",
      List.of("OVMS_MLFLOW_ATTEMPTS"));

  /** What is so on this machine for every client, by the variables that all programs know. */
  private static final List<String> OF_THE_MACHINE = List.of("httpProxy", "httpsProxy", "noProxy");

  static final List<StoreSetting> TABLE = Stream.concat(
          Stream.of(TRACKING_URI, REGISTRY_URI, WORKSPACE, REGISTER, MULTIPART_SIZE),
          HttpService.settings().stream().map(MlflowSettings::ours))
      .toList();

  private static final long DEFAULT_MULTIPART_SIZE = 64L << 20;

  private final StoreSettings settings;

  private MlflowSettings(StoreSettings settings) {
    this.settings = settings;
  }

  private static StoreSetting ours(StoreSetting setting) {
    if (OF_THE_MACHINE.contains(setting.name())) {
      return setting;
    }
    return setting.from(VARIABLES.getOrDefault(setting.name(), List.of()).toArray(String[]::new));
  }

  /**
   * Reads the settings.
   *
   * @throws BadRequestException if one is wrong, or the tracking server is missing
   */
  static MlflowSettings of(StoreSettings settings) {
    MlflowSettings read = new MlflowSettings(inWorkspace(oneWayToLogIn(settings)));
    read.tracking();
    read.registry();
    return read;
  }

  /** As in MLflow's own client: a user and a password count more than a token. */
  private static StoreSettings oneWayToLogIn(StoreSettings settings) {
    if (settings.get(USERNAME).isEmpty() || settings.get(PASSWORD).isEmpty()) {
      return settings;
    }
    Map<String, String> values = new HashMap<>();
    settings.names().stream()
        .filter(name -> !name.equals(TOKEN))
        .forEach(name -> values.put(name, settings.get(name).orElse("")));
    return StoreSettings.of(values);
  }

  private static StoreSettings inWorkspace(StoreSettings settings) {
    String workspace = settings.text(WORKSPACE).orElse("").strip();
    if (workspace.isEmpty()) {
      return settings;
    }
    if (!workspace.matches("[\\x21-\\x7e]+")) {
      throw wrong(
          WORKSPACE,
          "it holds a space or a character that is not ASCII",
          "give the workspace's name as 'mlflow.list_workspaces()' has it");
    }
    String line = WORKSPACE_HEADER + ": " + workspace;
    String headers = settings.get(HEADERS).map(more -> more + "\n" + line).orElse(line);
    return settings.with(StoreSettings.of(Map.of(HEADERS, headers)));
  }

  /** The tracking server, without a slash at its end. */
  Location tracking() {
    String text = settings
        .text(TRACKING_URI)
        .orElseThrow(() -> noServer(
            TRACKING_URI, "it is not set, and only a tracking server knows MLflow's names"));
    return server(TRACKING_URI, text);
  }

  /** The server that knows registered models, without a slash at its end. */
  Location registry() {
    return settings
        .text(REGISTRY_URI)
        .map(text -> server(REGISTRY_URI, text))
        .orElseGet(this::tracking);
  }

  private static Location server(StoreSetting setting, String text) {
    String plain = text.strip().replaceAll("/+$", "");
    if (!plain.matches("(?i)https?://[^?#]+")) {
      // A URL of a database may hold a password.
      throw noServer(setting, "it is no http: or https: URL");
    }
    return Location.of(plain);
  }

  private static BadRequestException noServer(StoreSetting setting, String found) {
    return wrong(
        setting,
        found,
        "set it, or " + String.join(" or ", setting.variables()) + ", to a server's URL such as"
            + " http://host:5000; what MLflow keeps in files or a database is reached by a server"
            + " over it");
  }

  private static BadRequestException wrong(StoreSetting setting, String found, String remedy) {
    return new BadRequestException(Problem.of("use the setting")
        .on("'" + setting.name() + "'")
        .found(found)
        .remedy(remedy));
  }

  boolean register() {
    return settings.flag(REGISTER).orElse(false);
  }

  long multipartSize() {
    return settings.size(MULTIPART_SIZE).orElse(DEFAULT_MULTIPART_SIZE);
  }

  /** The server that a setting names. */
  TrackingServer connect(StoreSetting uri) {
    Location root = uri.equals(REGISTRY_URI) ? registry() : tracking();
    // What is not told of the registry is the tracking server's, its URL included.
    String setting = settings.get(uri.name()).isPresent() ? uri.name() : TRACKING_URI.name();
    return new TrackingServer(new HttpService(settings, root), root, setting);
  }
}
