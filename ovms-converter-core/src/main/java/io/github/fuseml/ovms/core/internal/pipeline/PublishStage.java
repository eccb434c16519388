package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.core.internal.pipeline.VerifyStage.Verified;
import io.github.fuseml.ovms.core.internal.publish.ModelPublisher;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.ArtifactStore;

/** Makes the verified files appear as the model's next version. */
final class PublishStage {
  /** The number of the version that was published. */
  long run(ConversionPlan plan, Verified verified, ArtifactStore output, RunContext context) {
    long bytes = verified.files().stream().mapToLong(PublishedFile::size).sum();
    TransferMeter meter = new TransferMeter(bytes, verified.files().size(), context::progress);
    return new ModelPublisher(output, meter).publish(plan.output(), verified.contents());
  }
}
