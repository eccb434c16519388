package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the registry of models, and the tracking server, where models and runs have their files.
 * Thread-safe.
 */
final class Registry implements AutoCloseable {
  private static final int MOST_NAMES = 10;

  /** Knows runs and logged models. */
  private final TrackingServer server;

  /** Knows registered models; the same server mostly. */
  private final TrackingServer registry;

  Registry(MlflowSettings settings) {
    this.server = settings.connect(MlflowSettings.TRACKING_URI);
    this.registry = settings.registry().equals(settings.tracking())
        ? server
        : settings.connect(MlflowSettings.REGISTRY_URI);
  }

  /**
   * Where something is, and whom it belongs to.
   *
   * @param location the directory or file
   * @param name what the model is called; empty when nobody has named it
   * @param owner what can be tagged; empty for what only lies in a run
   */
  record Found(Location location, String name, Optional<Owner> owner) {}

  /**
   * A version of a registered model, or a logged model.
   *
   * @param name the registered model's name, or the logged model's id
   * @param version the version; empty for a logged model
   */
  record Owner(String name, String version) {
    @Override
    public String toString() {
      return version.isEmpty() ? name : "version " + version + " of '" + name + "'";
    }
  }

  /** Where a {@code models:} location is. */
  Found model(Location location) {
    ModelName name = ModelName.of(location);
    if (name.kind() == ModelName.Kind.LOGGED_MODEL) {
      return loggedModel(location, name);
    }
    try {
      return registered(location, name);
    } catch (NotFoundException e) {
      if (!ModelName.isEscaped(name.name())) {
        throw e;
      }
      // As it is copied out of a browser's address.
      String decoded = URLDecoder.decode(name.name().replace("+", "%2B"), StandardCharsets.UTF_8);
      return registered(
          location, new ModelName(name.kind(), decoded, name.selector(), name.path()));
    }
  }

  private Found loggedModel(Location location, ModelName name) {
    JsonObject answer = server.get(location, "logged-models/" + name.name(), Map.of());
    JsonObject model = server.member(answer, location, "model");
    Location uri = artifactUri(location, Json.text(model, "info", "artifact_uri"));
    return new Found(
        Locations.below(uri, name.path()),
        Json.text(model, "info", "name").orElse(""),
        Optional.of(new Owner(name.name(), "")));
  }

  private Found registered(Location location, ModelName name) {
    String version = switch (name.kind()) {
      case VERSION -> name.selector();
      case ALIAS -> versionOfAlias(location, name);
      case LATEST -> newest(location, name, List.of());
      case STAGE -> newest(location, name, List.of(name.selector()));
      case LOGGED_MODEL -> throw new IllegalStateException("no registered model: " + location);
    };
    JsonObject answer = registry.get(
        location,
        "model-versions/get-download-uri",
        Map.of("name", name.name(), "version", version));
    Location uri = artifactUri(location, Json.text(answer, "artifact_uri"));
    return new Found(
        Locations.below(uri, name.path()),
        name.name(),
        Optional.of(new Owner(name.name(), version)));
  }

  private String versionOfAlias(Location location, ModelName name) {
    try {
      JsonObject answer = registry.get(
          location,
          "registered-models/alias",
          Map.of("name", name.name(), "alias", name.selector()));
      return Json.text(answer, "model_version", "version")
          .orElseThrow(() -> incomplete(location, "the alias's version"));
    } catch (BadRequestException e) {
      // That is how it says that a model which it knows has no such alias.
      throw new NotFoundException(
          e.problem().remedy("check the alias '" + name.selector() + "', or give a version"), e);
    }
  }

  /** The newest version, of one stage or of all: the server answers the newest of each stage. */
  private String newest(Location location, ModelName name, List<String> stages) {
    JsonObject answer = registry.send(
        location,
        "look up",
        "POST",
        "registered-models/get-latest-versions",
        stages.isEmpty()
            ? Map.of("name", name.name())
            : Map.of("name", name.name(), "stages", stages));
    return Json.list(answer, "model_versions").stream()
        .flatMap(version -> Json.number(version, "version").stream())
        .max(Comparator.naturalOrder())
        .map(String::valueOf)
        .orElseThrow(() -> new NotFoundException(Problem.of("look up")
            .on(location)
            .found(
                stages.isEmpty()
                    ? "the model '" + name.name() + "' has no versions"
                    : "no version of '" + name.name() + "' is in the stage '" + name.selector()
                        + "'")
            .remedy("give a version or an alias (models:/name@alias); MLflow 3 has done away with"
                + " stages")));
  }

  /**
   * Where a {@code runs:} location is: {@code /<run id>/<path>}. Since MLflow 3 models do not lie with
   * their run's artifacts any more; a logged model of that run and name counts more than what may lie
   * there, as it does for MLflow itself.
   */
  Found run(Location location) {
    String text = Locations.path(location);
    int slash = text.indexOf('/');
    String id = runId(location);
    String path = slash < 0 ? "" : text.substring(slash + 1);
    if (id.isBlank()) {
      throw new BadRequestException(Problem.of("look up")
          .on(location)
          .found("it names no run")
          .remedy("write runs:/run-id/path"));
    }
    JsonObject run =
        server.member(server.get(location, "runs/get", Map.of("run_id", id)), location, "run");
    Optional<Found> model = loggedBy(location, id, path, run);
    if (model.isPresent()) {
      return model.get();
    }
    Location uri = artifactUri(location, Json.text(run, "info", "artifact_uri"));
    return new Found(Locations.below(uri, path), "", Optional.empty());
  }

  private Optional<Found> loggedBy(Location location, String run, String path, JsonObject answer) {
    int slash = path.indexOf('/');
    String name = slash < 0 ? path : path.substring(0, slash);
    if (name.isEmpty() || name.indexOf('\'') >= 0) { // A quote has no escape in a filter.
      return Optional.empty();
    }
    return search(location, answer, "name = '" + name + "' AND source_run_id = '" + run + "'")
        .stream()
        .max(Comparator.comparing(
            model -> Json.text(model, "info", "creation_timestamp_ms").orElse("")))
        .map(model -> new Found(
            Locations.below(
                artifactUri(location, Json.text(model, "info", "artifact_uri")),
                slash < 0 ? "" : path.substring(slash + 1)),
            name,
            Json.text(model, "info", "model_id").map(id -> new Owner(id, ""))));
  }

  /** The names of the models that the run of a {@code runs:} location has logged. */
  List<String> loggedNames(Location location) {
    String id = runId(location);
    if (!location.scheme().equals("runs") || id.indexOf('\'') >= 0) {
      return List.of();
    }
    JsonObject run =
        server.member(server.get(location, "runs/get", Map.of("run_id", id)), location, "run");
    return search(location, run, "source_run_id = '" + id + "'").stream()
        .flatMap(model -> Json.text(model, "info", "name").stream())
        .distinct()
        .sorted()
        .limit(MOST_NAMES)
        .toList();
  }

  private static String runId(Location location) {
    String text = Locations.path(location);
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  /** The logged models of a run's experiment that a filter lets through. */
  private List<JsonObject> search(Location location, JsonObject run, String filter) {
    String experiment = Json.text(run, "info", "experiment_id").orElse("");
    try {
      JsonObject answer = server.send(
          location,
          "look up",
          "POST",
          "logged-models/search",
          Map.of("experiment_ids", List.of(experiment), "filter", filter));
      return Json.list(answer, "models");
    } catch (NotFoundException | BadRequestException e) {
      return List.of(); // A server before MLflow 3 knows no logged models.
    }
  }

  /** A store's URL, or a path of the machine that logged the model. */
  private static Location artifactUri(Location location, Optional<String> text) {
    String uri = text.orElseThrow(() -> incomplete(location, "where its files are"));
    try {
      return Location.of(uri);
    } catch (OvmsConverterException e) {
      throw new TransferException(
          Problem.of("look up")
              .on(location)
              .found("its files are said to be where nothing can be: "
                  + e.problem().found())
              .remedy("correct where the tracking server keeps artifacts"),
          e);
    }
  }

  private static TransferException incomplete(Location location, String what) {
    return new TransferException(Problem.of("look up")
        .on(location)
        .found("the tracking server's answer does not tell " + what)
        .remedy("check trackingUri, and the server's version"));
  }

  /**
   * Tags what a model belongs to.
   *
   * @param subject the location as the user gave it
   */
  void tag(Location subject, Owner owner, Map<String, String> tags) {
    if (owner.version().isEmpty()) {
      List<Map<String, String>> list = tags.entrySet().stream()
          .map(tag -> Map.of("key", tag.getKey(), "value", tag.getValue()))
          .toList();
      server.send(
          subject, "tag", "PATCH", "logged-models/" + owner.name() + "/tags", Map.of("tags", list));
      return;
    }
    tags.forEach((key, value) -> registry.send(
        subject,
        "tag",
        "POST",
        "model-versions/set-tag",
        Map.of("name", owner.name(), "version", owner.version(), "key", key, "value", value)));
  }

  @Override
  public void close() {
    server.close();
    if (registry != server) {
      registry.close();
    }
  }
}
