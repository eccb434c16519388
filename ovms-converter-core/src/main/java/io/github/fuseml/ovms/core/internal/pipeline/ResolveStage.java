package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;

/** Turns the request's locations into stores, each side with its own settings. */
final class ResolveStage {
  private final StoreRegistry registry;

  ResolveStage(StoreRegistry registry) {
    this.registry = registry;
  }

  /**
   * The stores of one run.
   *
   * @param input where the model is read from
   * @param output where the converted model goes
   */
  record Stores(ArtifactStore input, ArtifactStore output) implements AutoCloseable {
    @Override
    public void close() {
      try {
        input.close();
      } finally {
        output.close();
      }
    }
  }

  Stores run(ConversionRequest request) {
    return open(
        request.source(), request.inputSettings(), request.output(), request.outputSettings());
  }

  Stores run(CopyRequest request) {
    return open(
        request.source(), request.inputSettings(), request.target(), request.outputSettings());
  }

  private Stores open(
      Location source, StoreSettings inputSettings, Location target, StoreSettings outputSettings) {
    ArtifactStore input = registry.open(source, inputSettings, StoreRole.INPUT);
    try {
      return new Stores(input, openOutput(registry, target, outputSettings));
    } catch (RuntimeException e) {
      input.close();
      throw e;
    }
  }

  /** The store of one side, which has to be written to. */
  static ArtifactStore openOutput(StoreRegistry registry, Location target, StoreSettings settings) {
    ArtifactStore output = registry.open(target, settings, StoreRole.OUTPUT);
    try {
      requireWritable(target, output);
      return output;
    } catch (RuntimeException e) {
      output.close();
      throw e;
    }
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
