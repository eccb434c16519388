package io.github.fuseml.ovms.mlflow;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.http.HttpService;
import io.github.fuseml.ovms.http.ServiceReply;
import io.github.fuseml.ovms.http.ServiceRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * MLflow's REST API, by the paths of its documentation ({@code /api/2.0/mlflow/…}), below the static
 * prefix that the tracking URI may have. Thread-safe.
 */
final class TrackingServer implements AutoCloseable {
  /** No answer about one model or one directory comes near to it. */
  private static final int LONGEST_ANSWER = 64 << 20;

  private final HttpService http;
  private final Location root;

  private final String setting;

  /**
   * A server.
   *
   * @param http a client with the credentials for it
   * @param root its URL, with its prefix, without a slash at the end
   * @param setting the setting that its URL is from
   */
  TrackingServer(HttpService http, Location root, String setting) {
    this.http = http;
    this.root = root;
    this.setting = setting;
  }

  HttpService http() {
    return http;
  }

  Location root() {
    return root;
  }

  /** The setting that its URL is from. */
  String setting() {
    return setting;
  }

  /**
   * Asks for something.
   *
   * @param subject what the user has asked for
   * @param path the path below {@code /api/2.0/mlflow}, encoded
   * @param parameters names and values, in their own words
   */
  JsonObject get(Location subject, String path, Map<String, String> parameters) {
    String query = new TreeMap<>(parameters)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return call(ServiceRequest.of(
            "look up", "GET", url("mlflow/" + path + (query.isEmpty() ? "" : "?" + query)))
        .on(subject));
  }

  /** Asks or tells something by a document. It may be done twice. */
  JsonObject send(
      Location subject, String tried, String method, String path, Map<String, ?> document) {
    return call(
        ServiceRequest.of(tried, method, url("mlflow/" + path)).on(subject).json(text(document)));
  }

  /** The answer to a request; an error if the server has not granted it. */
  JsonObject call(ServiceRequest request) {
    try (ServiceReply reply = http.send(request)) {
      String text = reply.text(LONGEST_ANSWER);
      if (reply.isSuccess()) {
        return json(text).orElseThrow(() -> TrackingErrors.noJson(request, this, reply, text));
      }
      throw error(request, reply, text);
    }
  }

  /** A member of an answer that has to be there. */
  JsonObject member(JsonObject answer, Location subject, String name) {
    JsonElement member = answer.get(name);
    if (member == null || !member.isJsonObject()) {
      throw new TransferException(Problem.of("look up")
          .on(subject)
          .found(root + " answers something else than MLflow does: there is no '" + name + "'")
          .remedy("check " + setting));
    }
    return member.getAsJsonObject();
  }

  /** The error for an answer whose body was read. */
  OvmsConverterException error(ServiceRequest request, ServiceReply reply, String text) {
    return TrackingErrors.of(http.error(reply, request), request, this, reply.status(), text);
  }

  /** A URL on the server. */
  Location url(String path) {
    return Location.of(root.value() + "/api/2.0/" + path);
  }

  static String text(Map<String, ?> document) {
    return new Gson().toJson(document);
  }

  static Optional<JsonObject> json(String text) {
    try {
      JsonElement element = JsonParser.parseString(text);
      return element.isJsonObject() ? Optional.of(element.getAsJsonObject()) : Optional.empty();
    } catch (JsonParseException | StackOverflowError e) {
      return Optional.empty();
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.close();
  }
}
