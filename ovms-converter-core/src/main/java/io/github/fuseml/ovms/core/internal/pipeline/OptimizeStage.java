package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.WeightSizes;
import io.github.fuseml.ovms.core.internal.pipeline.FetchStage.Fetched;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Optimizer;
import io.github.fuseml.ovms.spi.Optimizer.OptimizedModel;
import io.github.fuseml.ovms.spi.Optimizer.Signature;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has the engine convert the model, or takes its files as they are. */
final class OptimizeStage {
  private final Optimizers optimizers;

  OptimizeStage(Optimizers optimizers) {
    this.optimizers = optimizers;
  }

  /**
   * What will be published if it stands the verification.
   *
   * @param files paths below the version's directory and their content, private to this run
   * @param xml the IR's description, null when the files are no IR
   * @param signature what the engine wrote; null when nothing was converted
   * @param changes what the options changed
   * @param weights what the compression of weights saved; null when none was asked for
   * @param engine the engine and its version, for people
   */
  record Optimized(
      Map<String, Path> files,
      @Nullable Path xml,
      @Nullable Signature signature,
      List<String> changes,
      @Nullable WeightSizes weights,
      String engine) {}

  Optimized run(ConversionPlan plan, Fetched fetched, ArtifactStore input, RunContext context)
      throws InterruptedException {
    if (plan.optimizer().equals(Optimizers.COPY)) {
      return copied(plan, fetched);
    }
    Optimizer optimizer = optimizers.get(plan.optimizer());
    Path target = context.workDirectory("ir").resolve(plan.modelName() + ".xml");
    SourceModel source = new SourceModel(
        plan.model(), fetched.root().resolve(plan.model().path()), context.workDirectory("engine"));
    OptimizedModel made =
        optimizer.optimize(source, plan.request().options(), target, context.engineLog());
    made.notes().forEach(context::info);
    FetchStage.requireUnchanged(fetched, input);
    Map<String, Path> files = new LinkedHashMap<>();
    files.put(plan.modelName() + ".bin", made.bin());
    files.put(plan.modelName() + ".xml", made.xml());
    return new Optimized(
        files, made.xml(), made.signature(), made.changes(), made.weights(), made.engine());
  }

  private static Optimized copied(ConversionPlan plan, Fetched fetched) {
    DetectedModel model = plan.model();
    boolean ir = model.format().equals(ModelFormat.OPENVINO_IR);
    boolean wholePackage = !model.format().equals(plan.request().outputFormat());
    String base = wholePackage ? model.scope() : baseOf(model);
    Map<String, Path> files = new LinkedHashMap<>();
    for (Artifact artifact : fetched.artifacts()) {
      String path = artifact.path();
      String below = base.isEmpty() ? path : path.substring(base.length() + 1);
      files.put(below, fetched.root().resolve(path));
    }
    Path xml = ir ? fetched.root().resolve(model.path()) : null;
    return new Optimized(files, xml, null, List.of(), null, Optimizers.COPY);
  }

  /** The directory that the model's files keep their places in. */
  private static String baseOf(DetectedModel model) {
    boolean file = model.files().contains(model.path());
    if (!file) {
      return model.path();
    }
    int slash = model.path().lastIndexOf('/');
    return slash < 0 ? "" : model.path().substring(0, slash);
  }
}
