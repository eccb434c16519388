package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.internal.diagnose.TlsProbe;
import io.github.fuseml.ovms.core.internal.store.Place;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import java.util.Arrays;

/**
 * Turns the request's locations into stores, each side with its own settings. A location that is a
 * name becomes the real one here; no later stage sees another.
 */
final class ResolveStage {
  private final StoreRegistry registry;

  ResolveStage(StoreRegistry registry) {
    this.registry = registry;
  }

  /**
   * The stores of one run.
   *
   * @param from where the model is
   * @param to where the converted model goes
   * @param input the store that the model is read from
   * @param output the store that the converted model is written to
   */
  record Stores(Place from, Place to, ArtifactStore input, ArtifactStore output)
      implements AutoCloseable {
    /** A request with the real locations. */
    ConversionRequest resolved(ConversionRequest request) {
      return from.isNamed() || to.isNamed()
          ? request.resolved(from.location(), to.location(), from.name())
          : request;
    }

    /** A request with the real locations. */
    CopyRequest resolved(CopyRequest request) {
      return from.isNamed() || to.isNamed()
          ? CopyRequest.builder()
              .source(from.location())
              .target(to.location())
              .inputSettings(from.settings())
              .outputSettings(to.settings())
              .replace(request.replace())
              .build()
          : request;
    }

    @Override
    public void close() {
      try {
        input.close();
      } finally {
        output.close();
      }
    }
  }

  Stores run(ConversionRequest request, RunContext context) {
    return open(
        request.source(),
        request.inputSettings(),
        request.output(),
        request.outputSettings(),
        context);
  }

  Stores run(CopyRequest request, RunContext context) {
    return open(
        request.source(),
        request.inputSettings(),
        request.target(),
        request.outputSettings(),
        context);
  }

  private Stores open(
      Location source,
      StoreSettings inputSettings,
      Location target,
      StoreSettings outputSettings,
      RunContext context) {
    Place from = resolve(source, inputSettings, StoreRole.INPUT, context);
    String below = inputSettings.equals(outputSettings) ? source.relativize(target) : null;
    // The source's own directory, not what its name means a moment later.
    Place to = from.isNamed() && below != null
        ? from.resolve(below)
        : resolve(target, outputSettings, StoreRole.OUTPUT, context);
    warnOfInsecure(context, inputSettings, outputSettings, from.settings(), to.settings());
    ArtifactStore input = registry.open(from, StoreRole.INPUT);
    try {
      return new Stores(from, to, input, openOutput(registry, to));
    } catch (RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** Stores have no voice in a run: by convention the setting has this name in each. */
  static void warnOfInsecure(RunContext context, StoreSettings... settings) {
    if (Arrays.stream(settings).anyMatch(TlsProbe::isInsecure)) {
      context.warn("insecureTls is set: certificates are not checked, and whoever is on the way can"
          + " read and change everything, credentials included");
    }
  }

  /** The store of one side, which has to be written to. */
  static ArtifactStore openOutput(StoreRegistry registry, Place target) {
    ArtifactStore output = registry.open(target, StoreRole.OUTPUT);
    try {
      requireWritable(target.location(), output);
      return output;
    } catch (RuntimeException e) {
      output.close();
      throw e;
    }
  }

  private Place resolve(
      Location location, StoreSettings settings, StoreRole role, RunContext context) {
    Place place = registry.resolve(location, settings, role);
    if (place.isNamed()) {
      context.info(location + " is " + place.location());
    }
    return place;
  }

  private static void requireWritable(Location target, ArtifactStore output) {
    if (!output.capabilities().contains(StoreCapability.WRITE)) {
      throw new BadRequestException(Problem.of("write to")
          .on(target)
          .found("this store can only be read")
          .remedy("choose an output in another store"));
    }
  }
}
