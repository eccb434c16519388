package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Problem;
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
    ArtifactStore input = registry.open(request.source(), request.inputSettings(), StoreRole.INPUT);
    ArtifactStore output;
    try {
      output = registry.open(request.output(), request.outputSettings(), StoreRole.OUTPUT);
    } catch (RuntimeException e) {
      input.close();
      throw e;
    }
    Stores stores = new Stores(input, output);
    try {
      requireWritable(request, output);
    } catch (RuntimeException e) {
      stores.close();
      throw e;
    }
    return stores;
  }

  private static void requireWritable(ConversionRequest request, ArtifactStore output) {
    if (!output.capabilities().contains(StoreCapability.WRITE)) {
      throw new BadRequestException(Problem.of("publish to")
          .on(request.output())
          .found("this store can only be read")
          .remedy("choose an output in another store"));
    }
  }
}
