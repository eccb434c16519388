package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.core.internal.pipeline.FetchStage.Fetched;
import io.github.fuseml.ovms.core.internal.pipeline.OptimizeStage.Optimized;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Optimizer.Check;
import io.github.fuseml.ovms.spi.Optimizer.Signature;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads what was converted from the disk again: a full disk can cut it short without an error. The
 * digests are computed meanwhile, in the same pass over the disk's cache.
 */
final class VerifyStage {
  private final Optimizers optimizers;

  VerifyStage(Optimizers optimizers) {
    this.optimizers = optimizers;
  }

  /**
   * What may be published.
   *
   * @param contents paths below the version's directory and their content
   * @param files the same with sizes and digests
   * @param inputs the inputs that were read again; empty where nothing was
   * @param outputs the outputs, likewise
   * @param report what was checked
   */
  record Verified(
      Map<String, Path> contents,
      List<PublishedFile> files,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      VerificationReport report) {}

  Verified run(
      ConversionPlan plan,
      Fetched fetched,
      StoreModelTree tree,
      Optimized optimized,
      RunContext context)
      throws InterruptedException {
    try (FileDigests digests = FileDigests.start(optimized.files())) {
      Signature read = new Signature(List.of(), List.of());
      if (optimized.xml() != null) {
        read = readAgain(plan, optimized, optimized.xml(), context);
      }
      VerificationReport report = check(plan, fetched, tree, optimized, context);
      List<PublishedFile> files = digests.await();
      return new Verified(optimized.files(), files, read.inputs(), read.outputs(), report);
    }
  }

  private VerificationReport check(
      ConversionPlan plan,
      Fetched fetched,
      StoreModelTree tree,
      Optimized optimized,
      RunContext context)
      throws InterruptedException {
    PublishOptions options = plan.request().publishing();
    Path xml = optimized.xml();
    if (options.verification() == Verification.LOAD || xml == null) {
      return VerificationReport.loaded();
    }
    Path work = context.workDirectory("check");
    SourceModel source =
        new SourceModel(plan.model(), fetched.root().resolve(plan.model().path()), work);
    Path example = InputExample.fetch(plan.model(), tree, work).orElse(null);
    // The standard engine runs what any engine has made.
    VerificationReport report = optimizers
        .standard()
        .check(
            new Check(xml, options.verification(), source, options.tolerance(), example),
            context.engineLog());
    context.info("verified by running it on "
        + ("example".equals(report.inputs()) ? "the saved input example" : "inputs from a seed")
        + (report.runtime() == null ? "" : ", and compared with " + report.runtime()));
    return report;
  }

  private Signature readAgain(
      ConversionPlan plan, Optimized optimized, Path xml, RunContext context)
      throws InterruptedException {
    var optimizer = plan.optimizer().equals(Optimizers.COPY)
        ? optimizers.standard()
        : optimizers.get(plan.optimizer());
    Signature read = optimizer.verify(xml, context.engineLog());
    Signature written = optimized.signature();
    if (written != null && !written.equals(read)) {
      throw new VerificationFailedException(Problem.of("verify the converted model")
          .found("it was written with the inputs %s and outputs %s and reads with %s and %s"
              .formatted(written.inputs(), written.outputs(), read.inputs(), read.outputs()))
          .remedy("convert again; if it stays so, this is a fault of the engine"));
    }
    return read;
  }
}
