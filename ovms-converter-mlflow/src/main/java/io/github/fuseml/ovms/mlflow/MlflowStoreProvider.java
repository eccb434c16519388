package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.http.HttpService;
import io.github.fuseml.ovms.mlflow.Registry.Found;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.HttpProxy;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import io.github.fuseml.ovms.spi.ResolvingProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Models by their names in MLflow, and what a tracking server hands out itself.
 *
 * <p><b>Names</b> are looked up over the REST API, and the model is read where it really lies: in S3, in
 * Google's store, on this machine, at the server itself.
 *
 * <ul>
 *   <li>{@code models:/name/version}, {@code models:/name@alias}, {@code models:/name/latest}, {@code
 *       models:/name/Stage}: a version of a registered model;
 *   <li>{@code models:/m-…}: a logged model of MLflow 3, by its id;
 *   <li>{@code runs:/run-id/path}: what a run has logged, a model of MLflow 3 by its name included.
 * </ul>
 *
 * <p>A path within may follow each. Every character stands for itself; a name that is not known and
 * holds percent escapes is looked up once more without them. A name may
 * hold an {@code @} where a version, {@code latest} or a stage follows.
 *
 * <p><b>Proxied artifacts</b>, {@code mlflow-artifacts:/path} and {@code
 * mlflow-artifacts://host:port/path}, are read and written through the tracking server, or the named
 * server with the tracking server's scheme and static prefix. Most servers know no ranges of them: each
 * file then comes in one piece, several files at a time, and its size has to be the listing's. A server
 * keeps no revision of an artifact; where it sends entity tags, parts of two versions are told apart,
 * elsewhere only sizes are. A file is written by one PUT, or from a size on in parts that go past the
 * server straight to its store, where it offers that. Whether something exists is looked up before; of
 * two that create the same file in one moment both succeed, and one is lost. The server cannot keep
 * names with a {@code #} or a percent escape in them.
 *
 * <p><b>Credentials</b> of the settings go to the tracking server, and to the registry that the settings
 * name beside it, alone, by scheme, host and port. Those
 * of the store behind are settings of their own, such as {@code s3.accessKeyId}.
 *
 * <p>Thread-safe, without state, and so are the stores.
 */
public final class MlflowStoreProvider implements ResolvingProvider {
  /** A provider without state. */
  public MlflowStoreProvider() {}

  @Override
  public String id() {
    return "mlflow";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("models", "runs", ProxyAddress.SCHEME);
  }

  @Override
  public List<StoreSetting> settings() {
    return MlflowSettings.TABLE;
  }

  @Override
  public Optional<URI> endpoint(Location location, StoreSettings settings) {
    MlflowSettings read = MlflowSettings.of(settings);
    Location server = switch (location.scheme()) {
      case ProxyAddress.SCHEME -> ProxyAddress.of(location, read.tracking()).server();
      case "models" -> read.registry();
      default -> read.tracking();
    };
    // Its text for people has no user information.
    return Optional.of(URI.create(server.toString()));
  }

  @Override
  public Optional<HttpProxy> proxy(Location location, StoreSettings settings) {
    return endpoint(location, settings).flatMap(server -> HttpService.proxy(settings, server));
  }

  @Override
  public Optional<ResolvedLocation> resolve(
      Location location, StoreSettings settings, StoreRole role) {
    if (location.scheme().equals(ProxyAddress.SCHEME)) {
      return Optional.empty();
    }
    if (hasHost(location)) {
      throw new BadRequestException(Problem.of("look up")
          .on(location)
          .found("names of another server or of Databricks cannot be looked up")
          .remedy("set trackingUri to the server, and write " + location.scheme() + ":/…"));
    }
    MlflowSettings read = MlflowSettings.of(settings);
    try (Registry registry = new Registry(read)) {
      Found found =
          location.scheme().equals("models") ? registry.model(location) : registry.run(location);
      if (role == StoreRole.INPUT) {
        requireThere(location, found);
      }
      return Optional.of(new NamedModel(location, found, read));
    }
  }

  /** Three slashes are an empty host: MLflow takes them for one. */
  private static boolean hasHost(Location location) {
    int behind = location.scheme().length() + 1;
    return location.value().startsWith("//", behind) && !location.value().startsWith("///", behind);
  }

  private static void requireThere(Location location, Found found) {
    if (found.location().isLocal() && !Files.exists(found.location().toPath())) {
      throw new NotFoundException(Problem.of("read")
          .on(location)
          .found("it was logged to the directory " + found.location()
              + " of some machine, which is not there on this one")
          .remedy("run this where that directory is, or let the server hand artifacts out"
              + " (mlflow server --serve-artifacts)"));
    }
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    return new ProxyStore(MlflowSettings.of(settings));
  }
}
