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

  /** MLflow's own variables for what a client of HTTP can be told. */
  private static final Map<String, String> VARIABLES = Map.of(
      USERNAME,
      "MLFLOW_TRACKING_USERNAME",
      PASSWORD,
      "MLFLOW_TRACKING_PASSWORD",
      TOKEN,
      "MLFLOW_TRACKING_TOKEN",
      "insecureTls",
      "MLFLOW_TRACKING_INSECURE_TLS",
      "caCertificate",
      "MLFLOW_TRACKING_SERVER_CERT_PATH",
      "headers",
      "OVMS_MLFLOW_HEADERS",
      "connectTimeout",
      "OVMS_MLFLOW_CONNECT_TIMEOUT",
      "answerTimeout",
      "OVMS_MLFLOW_ANSWER_TIMEOUT",
      "attempts",
      "OVMS_MLFLOW_ATTEMPTS");

  /** What is so on this machine for every client, by the variables that all programs know. */
  private static final List<String> OF_THE_MACHINE = List.of("httpProxy", "httpsProxy", "noProxy");

  static final List<StoreSetting> TABLE = Stream.concat(
          Stream.of(TRACKING_URI, REGISTER, MULTIPART_SIZE),
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
    String variable = VARIABLES.get(setting.name());
    return variable == null ? setting.from() : setting.from(variable);
  }

  /**
   * Reads the settings.
   *
   * @throws BadRequestException if one is wrong, or the tracking server is missing
   */
  static MlflowSettings of(StoreSettings settings) {
    MlflowSettings read = new MlflowSettings(oneWayToLogIn(settings));
    read.tracking();
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

  /** The tracking server, without a slash at its end. */
  Location tracking() {
    String text = settings
        .text(TRACKING_URI)
        .orElseThrow(() -> wrong("it is not set, and only a tracking server knows MLflow's names"))
        .strip();
    String plain = text.replaceAll("/+$", "");
    if (!plain.matches("(?i)https?://[^?#]+")) {
      // A URL of a database may hold a password.
      throw wrong("it is no http: or https: URL");
    }
    return Location.of(plain);
  }

  private static BadRequestException wrong(String found) {
    return new BadRequestException(Problem.of("use the setting")
        .on("'" + TRACKING_URI.name() + "'")
        .found(found)
        .remedy("set it, or MLFLOW_TRACKING_URI, to a server's URL such as http://host:5000; what"
            + " MLflow keeps in files or a database is reached by a server over it"));
  }

  boolean register() {
    return settings.flag(REGISTER).orElse(false);
  }

  long multipartSize() {
    return settings.size(MULTIPART_SIZE).orElse(DEFAULT_MULTIPART_SIZE);
  }

  /** A client whose credentials are for the tracking server alone. */
  HttpService connect() {
    return new HttpService(settings, tracking());
  }
}
