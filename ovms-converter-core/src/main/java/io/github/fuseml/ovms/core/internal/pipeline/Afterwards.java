package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.util.List;

/** What is done when the version that was asked for is there. */
final class Afterwards {
  @SuppressWarnings("unused")
  private final StoreRegistry stores;

  Afterwards(StoreRegistry stores) {
    this.stores = stores;
  }

  /** The versions that were removed. */
  List<Long> run(ConversionPlan plan, long version, ArtifactStore output, RunContext context) {
    if (plan.request().publishing().keep().isEmpty()) {
      return List.of();
    }
    return List.of();
  }
}
