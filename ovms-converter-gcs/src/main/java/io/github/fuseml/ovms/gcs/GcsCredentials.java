package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpTransport;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the credentials of one store, when they are first needed. The order of application default
 * credentials is Google's: the variable, the file of gcloud, the machine's metadata server. Google's
 * own search is not used, for it remembers its finding for the whole process, and asks the metadata
 * server three times, which outside of Google's cloud can take seconds.
 */
final class GcsCredentials {
  private static final List<String> SCOPES =
      List.of("https://www.googleapis.com/auth/devstorage.read_write");
  private static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
  private static final int METADATA_TIMEOUT_MILLIS = 500;

  private final GcsSettings settings;
  private final HttpTransportFactory transport;
  private final Map<String, String> environment;
  private Optional<GoogleCredentials> found = Optional.empty();
  private boolean searched;

  GcsCredentials(GcsSettings settings, HttpTransport transport, Map<String, String> environment) {
    this.settings = settings;
    this.transport = () -> transport;
    this.environment = environment;
  }

  /** The credentials; empty for requests without. */
  synchronized Optional<GoogleCredentials> get() {
    if (!searched) {
      found = find();
      searched = true;
    }
    return found;
  }

  /** Refuses a file that is of no use, before a request needs it. */
  void check() {
    boolean ofFile = settings.credentials().equals("file")
        || (settings.credentials().equals("auto") && settings.endpoint().isGoogle());
    if (ofFile && settings.credentialsFile().isPresent()) {
      get();
    }
  }

  private Optional<GoogleCredentials> find() {
    Optional<Path> file = settings.credentialsFile();
    return switch (settings.credentials()) {
      case "anonymous" -> Optional.empty();
      case "file" -> Optional.of(read(file.orElseThrow()));
      case "default" -> Optional.of(ofDefaults().orElseThrow(GcsCredentials::missing));
      default -> {
        if (!settings.endpoint().isGoogle()) {
          yield Optional.empty();
        }
        yield file.map(this::read).or(this::ofDefaults);
      }
    };
  }

  private Optional<GoogleCredentials> ofDefaults() {
    return defaultFile().map(this::read).or(this::ofMachine);
  }

  private static AccessDeniedException missing() {
    return new AccessDeniedException(
        Problem.of("find Google's credentials")
            .found("this machine has none")
            .remedy("give '" + GcsSettings.CREDENTIALS_FILE.name() + "', run 'gcloud auth"
                + " application-default login', or use a service account of the platform"),
        Reason.CREDENTIALS_MISSING,
        null);
  }

  private Optional<Path> defaultFile() {
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return Optional.of(Path.of(variable));
    }
    String configuration = environment.getOrDefault("CLOUDSDK_CONFIG", "");
    Path directory = !configuration.isEmpty()
        ? Path.of(configuration)
        : Path.of(System.getProperty("user.home", ""), ".config", "gcloud");
    return Optional.of(directory.resolve("application_default_credentials.json"))
        .filter(Files::isRegularFile);
  }

  private GoogleCredentials read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      GoogleCredentials credentials = scoped(GoogleCredentials.fromStream(in, transport));
      return settings.project().map(credentials::createWithQuotaProject).orElse(credentials);
    } catch (IOException | IllegalArgumentException e) {
      // Without the cause, whose message may quote the file.
      throw new BadRequestException(Problem.of("use the credentials file")
          .on(file)
          .found(
              Files.isReadable(file)
                  ? "it holds no credentials that can be read"
                  : "there is no such file, or it may not be read")
          .remedy("give the JSON file of a service account's key, or another that gcloud made, as"
              + " '" + GcsSettings.CREDENTIALS_FILE.name() + "'"));
    }
  }

  private Optional<GoogleCredentials> ofMachine() {
    if (Boolean.parseBoolean(environment.getOrDefault("NO_GCE_CHECK", "")) || !hasMetadata()) {
      return Optional.empty();
    }
    return Optional.of(scoped(
        ComputeEngineCredentials.newBuilder().setHttpTransportFactory(transport).build()));
  }

  private static GoogleCredentials scoped(GoogleCredentials credentials) {
    return credentials.createScopedRequired() ? credentials.createScoped(SCOPES) : credentials;
  }

  /** Asks once, for half a second at most; the address is Google's, by number: no name to resolve. */
  private boolean hasMetadata() {
    String host = environment.getOrDefault("GCE_METADATA_HOST", "");
    URI uri = URI.create("http://" + (host.isEmpty() ? "169.254.169.254" : host));
    HttpURLConnection connection = null;
    try {
      connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(METADATA_TIMEOUT_MILLIS);
      connection.setReadTimeout(METADATA_TIMEOUT_MILLIS);
      connection.setRequestProperty("Metadata-Flavor", "Google");
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK
          && "Google".equals(connection.getHeaderField("Metadata-Flavor"));
    } catch (IOException e) {
      return false;
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }
}
