package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.core.internal.pipeline.OptimizeStage.Optimized;
import io.github.fuseml.ovms.spi.Optimizer.Signature;
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

  Verified run(ConversionPlan plan, Optimized optimized, RunContext context)
      throws InterruptedException {
    try (FileDigests digests = FileDigests.start(optimized.files())) {
      Signature read = new Signature(List.of(), List.of());
      if (optimized.xml() != null) {
        read = readAgain(plan, optimized, optimized.xml(), context);
      }
      List<PublishedFile> files = digests.await();
      return new Verified(
          optimized.files(), files, read.inputs(), read.outputs(), VerificationReport.loaded());
    }
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
