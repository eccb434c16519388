package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.mlflow.Registry.Found;
import io.github.fuseml.ovms.spi.Publication;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a tracking server knows by a name; it is told what was made of it, if that is asked for. */
final class NamedModel implements ResolvedLocation {
  private final Location given;
  private final Found found;
  private final MlflowSettings settings;

  NamedModel(Location given, Found found, MlflowSettings settings) {
    this.given = given;
    this.found = found;
    this.settings = settings;
  }

  @Override
  public Location location() {
    return found.location();
  }

  @Override
  public String name() {
    return found.name().isEmpty() ? found.location().name() : found.name();
  }

  @Override
  public Optional<String> whereElse() {
    try (Registry registry = new Registry(settings)) {
      List<String> names = registry.loggedNames(given);
      return names.isEmpty()
          ? Optional.empty()
          : Optional.of("check the path; the models that its run has logged are called "
              + TrackingErrors.shortened(String.join(", ", names)));
    } catch (OvmsConverterException e) {
      return Optional.empty();
    }
  }

  @Override
  public void requireTellable() {
    if (settings.register() && found.owner().isEmpty()) {
      throw new BadRequestException(Problem.of("register the conversion of")
          .on(given)
          .found("it is no version of a registered model, and no logged model")
          .remedy("leave 'register' out, or give the model as models:/name/version"));
    }
  }

  @Override
  public Optional<String> published(Publication publication) {
    if (!settings.register() || found.owner().isEmpty()) {
      return Optional.empty();
    }
    Registry.Owner owner = found.owner().get();
    Map<String, String> tags = new TreeMap<>();
    tags.put("ovms.converted_url", publication.output().toString());
    tags.put("ovms.version", Long.toString(publication.version()));
    tags.put("ovms.digest", "sha256:" + ConversionResult.digestOf(publication.files()));
    try (Registry registry = new Registry(settings)) {
      registry.tag(given, owner, tags);
    }
    return Optional.of("tagged " + owner + " with where its conversion is");
  }
}
