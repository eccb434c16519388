package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.core.internal.pipeline.VerifyStage.Verified;
import io.github.fuseml.ovms.core.internal.publish.ModelPublisher;
import io.github.fuseml.ovms.spi.ArtifactStore;

/** Makes the verified files appear as the model's next version. */
final class PublishStage {
  /** The number of the version that was published. */
  long run(ConversionPlan plan, Verified verified, ArtifactStore output) {
    return new ModelPublisher(output).publish(plan.output(), verified.contents());
  }
}
