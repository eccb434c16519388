package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code mlflow-artifacts:} location as requests need it. {@code mlflow-artifacts:/path} is the
 * tracking server's; with a host it is that server's, with the tracking server's scheme and prefix, as
 * MLflow's client has it.
 *
 * @param location the location
 * @param server the server, with its prefix, without a slash at the end
 * @param path the artifact's path, without slashes at its ends; empty for all artifacts
 */
record ProxyAddress(Location location, Location server, String path) {
  static final String SCHEME = "mlflow-artifacts";

  private static final Pattern HOST =
      Pattern.compile("//(?:[^/?#@]*@)?([^/?#@]*)(/.*)?", Pattern.DOTALL);
  private static final Pattern BASE = Pattern.compile("(?i)(https?://)[^/]*(.*)", Pattern.DOTALL);

  /** What the server takes for something else than it says: it decodes escapes until none is left. */
  private static final Pattern UNSPEAKABLE = Pattern.compile("%[0-9A-Fa-f]{2}|#");

  static ProxyAddress of(Location location, Location tracking) {
    String rest = location.value().substring(SCHEME.length() + 1);
    Matcher host = HOST.matcher(rest);
    if (!host.matches() || host.group(1).isEmpty()) {
      return new ProxyAddress(location, tracking, Locations.trimmed(rest));
    }
    Matcher base = BASE.matcher(tracking.value());
    if (!base.matches()) {
      throw new IllegalStateException("no http: or https: URL: " + tracking);
    }
    Location server = Location.of(base.group(1) + host.group(1) + base.group(2));
    String path = host.group(2) == null ? "" : host.group(2);
    return new ProxyAddress(location, server, Locations.trimmed(path));
  }

  /** Whether it is named as no file is. */
  boolean isDirectory() {
    return path.isEmpty() || location.value().endsWith("/");
  }

  /** Whether the server can have something of that name. */
  boolean isSpeakable() {
    return !UNSPEAKABLE.matcher(path).find();
  }

  void requireSpeakable(String tried) {
    if (!isSpeakable()) {
      throw new BadRequestException(Problem.of(tried)
          .on(location)
          .found("MLflow's servers cannot name it: they take no '#', and decode percent escapes")
          .remedy("choose another name"));
    }
  }

  /** The URL of the artifact's content. */
  Location content() {
    return Locations.below(endpoint("artifacts"), path);
  }

  /** The URL of the listing of a directory. */
  Location listing() {
    return path.isEmpty()
        ? endpoint("artifacts")
        : Location.of(endpoint("artifacts").value() + "?path=" + TrackingServer.encoded(path));
  }

  /** The URL of a step of an upload in parts. */
  Location multipart(String step) {
    return Locations.below(endpoint("mpu/" + step), path);
  }

  private Location endpoint(String name) {
    return Location.of(server.value() + "/api/2.0/mlflow-artifacts/" + name);
  }

  /** The last segment of the path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The directory that it is in. */
  ProxyAddress parent() {
    int slash = path.lastIndexOf('/');
    return new ProxyAddress(location.parent(), server, slash < 0 ? "" : path.substring(0, slash));
  }

  ProxyAddress resolve(String name) {
    return new ProxyAddress(
        location.resolve(name), server, path.isEmpty() ? name : path + "/" + name);
  }
}
