package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.pipeline.VerifyStage.Verified;
import io.github.fuseml.ovms.core.internal.publish.ModelPublisher;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Publication;
import io.github.fuseml.ovms.spi.ResolvedLocation;

/** Makes the verified files appear as the model's next version. */
final class PublishStage {
  /** The number of the version that was published. */
  long run(ConversionPlan plan, Verified verified, Stores stores, RunContext context) {
    long bytes = verified.files().stream().mapToLong(PublishedFile::size).sum();
    TransferMeter meter = new TransferMeter(bytes, verified.files().size(), context::progress);
    long version =
        new ModelPublisher(stores.output(), meter).publish(plan.output(), verified.contents());
    Location location = plan.output().resolve(Long.toString(version));
    Publication publication = new Publication(plan.output(), version, location, verified.files());
    stores.from().resolved().ifPresent(source -> tell(source, publication, context));
    return version;
  }

  /** Lets whoever named the source know. What was published stays, whatever comes of it. */
  private static void tell(ResolvedLocation source, Publication publication, RunContext context) {
    try {
      source.published(publication).ifPresent(context::info);
    } catch (OvmsConverterException e) {
      context.warn("the model is published, but: " + e.problem().summary());
    }
  }
}
