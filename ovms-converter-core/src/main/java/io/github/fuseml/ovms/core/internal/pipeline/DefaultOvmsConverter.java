package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.RunInfo;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.diagnose.Doctor;
import io.github.fuseml.ovms.core.internal.pipeline.CopyStage.Listed;
import io.github.fuseml.ovms.core.internal.pipeline.FetchStage.Fetched;
import io.github.fuseml.ovms.core.internal.pipeline.OptimizeStage.Optimized;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.pipeline.VerifyStage.Verified;
import io.github.fuseml.ovms.core.internal.store.Place;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.Optimizer;
import io.github.fuseml.ovms.spi.Optimizer.Signature;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import io.github.fuseml.ovms.spi.StoreRole;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The pipeline: one stage after another, each a class of its own. */
final class DefaultOvmsConverter implements OvmsConverter {
  private final StoreRegistry stores;
  private final Optimizers optimizers;
  private final CopyStage copy;
  private final Runs runs;
  private final ResolveStage resolve;
  private final ListStage list;
  private final DetectStage detect;
  private final PlanStage plan;
  private final FetchStage fetch;
  private final OptimizeStage optimize;
  private final VerifyStage verify;
  private final PublishStage publish = new PublishStage();

  DefaultOvmsConverter(
      StoreRegistry stores,
      List<FormatDetector> detectors,
      Optimizers optimizers,
      List<ConversionListener> listeners,
      TransferSettings transfer,
      Path workDirectory) {
    this.stores = stores;
    this.optimizers = optimizers;
    TransferEngine engine = new TransferEngine(transfer);
    this.copy = new CopyStage(engine);
    this.fetch = new FetchStage(engine);
    this.list = new ListStage(new ArchiveSource(engine));
    this.runs = new Runs(listeners, workDirectory);
    this.resolve = new ResolveStage(stores);
    this.detect = new DetectStage(detectors);
    this.plan = new PlanStage(optimizers);
    this.optimize = new OptimizeStage(optimizers);
    this.verify = new VerifyStage(optimizers);
  }

  /** What the first four stages settle, none of which moves a byte of the model. */
  private record Prepared(StoreModelTree tree, ConversionPlan plan) {}

  @Override
  public ConversionPlan plan(ConversionRequest request, Cancellation cancellation) {
    return runs.run(info("plan", request), cancellation, context -> {
      try (Stores stores = context.stage(Stage.RESOLVE, () -> resolve.run(request, context))) {
        return prepare(stores.resolved(request), stores, context, true).plan();
      }
    });
  }

  @Override
  public ModelDescription inspect(ConversionRequest request, Cancellation cancellation) {
    return runs.run(info("inspect", request), cancellation, context -> {
      try (Stores stores = context.stage(Stage.RESOLVE, () -> resolve.run(request, context))) {
        return describe(prepare(stores.resolved(request), stores, context, false), context);
      }
    });
  }

  @Override
  public ConversionResult convert(ConversionRequest request, Cancellation cancellation) {
    warmUp();
    return runs.run(info("convert", request), cancellation, context -> {
      try (Stores stores = context.stage(Stage.RESOLVE, () -> resolve.run(request, context))) {
        return convert(prepare(stores.resolved(request), stores, context, true), stores, context);
      }
    });
  }

  private static RunInfo info(String operation, ConversionRequest request) {
    return Runs.info(operation, request.source(), request.output());
  }

  private Prepared prepare(
      ConversionRequest request, Stores stores, RunContext context, boolean publishes)
      throws InterruptedException {
    StoreModelTree tree =
        context.stage(Stage.LIST, () -> list.run(request, stores.input(), context));
    DetectedModel model = context.stage(Stage.DETECT, () -> {
      DetectedModel found = detect.run(request, tree);
      context.info("found " + found.format() + ": " + String.join(", ", found.reasons()));
      found.warnings().forEach(context::warn);
      return found;
    });
    ConversionPlan settled = context.stage(Stage.PLAN, () -> {
      if (publishes) {
        PlanStage.requireDirectory(request.output(), stores.output());
      }
      return plan.run(request, tree, model, stores.output());
    });
    return new Prepared(tree, settled);
  }

  private ModelDescription describe(Prepared prepared, RunContext context)
      throws InterruptedException {
    ConversionPlan settled = prepared.plan();
    DetectedModel model = settled.model();
    boolean told = !model.inputs().isEmpty() && !model.outputs().isEmpty();
    if (told || settled.optimizer().equals(Optimizers.COPY)) {
      return new ModelDescription(settled, model.inputs(), model.outputs(), "metadata");
    }
    Fetched fetched =
        context.stage(Stage.FETCH, () -> fetch.run(settled, prepared.tree(), context));
    SourceModel source = new SourceModel(
        model, fetched.root().resolve(model.path()), context.workDirectory("engine"));
    Signature signature = context.stage(
        Stage.OPTIMIZE,
        () -> optimizers.get(settled.optimizer()).describe(source, context.engineLog()));
    return new ModelDescription(
        settled, signature.inputs(), signature.outputs(), settled.optimizer());
  }

  private ConversionResult convert(Prepared prepared, Stores stores, RunContext context)
      throws InterruptedException {
    ConversionPlan settled = prepared.plan();
    Fetched fetched =
        context.stage(Stage.FETCH, () -> fetch.run(settled, prepared.tree(), context));
    Optimized optimized = context.stage(
        Stage.OPTIMIZE, () -> optimize.run(settled, fetched, prepared.tree().store(), context));
    Verified verified = context.stage(Stage.VERIFY, () -> verify.run(settled, optimized, context));
    long version =
        context.stage(Stage.PUBLISH, () -> publish.run(settled, verified, stores, context));
    return new ConversionResult(
        settled,
        settled.output(),
        version,
        settled.output().resolve(Long.toString(version)),
        prepared.tree().archive().map(List::of).orElseGet(fetched::stored),
        verified.files(),
        verified.inputs(),
        verified.outputs(),
        optimized.changes(),
        optimized.weights(),
        optimized.engine(),
        context.timings(),
        context.warnings());
  }

  @Override
  public CopyResult copy(CopyRequest request, Cancellation cancellation) {
    RunInfo run = Runs.info("copy", request.source(), request.target());
    return runs.run(run, cancellation, context -> {
      try (Stores opened = context.stage(Stage.RESOLVE, () -> resolve.run(request, context))) {
        CopyRequest real = opened.resolved(request);
        Listed listed = context.stage(Stage.LIST, () -> copy.list(real, opened));
        return context.stage(Stage.COPY, () -> copy.copy(real, listed, opened, context));
      }
    });
  }

  @Override
  public List<StoredArtifact> list(Location location, StoreSettings settings) {
    return runs.interruptible("list " + location, () -> {
      Place place = stores.resolve(location, settings, StoreRole.INPUT);
      try (ArtifactStore store = stores.open(place, StoreRole.INPUT)) {
        return ListStage.listAll(place.location(), store);
      }
    });
  }

  @Override
  public List<StoreInfo> stores() {
    return stores.describe();
  }

  @Override
  public Diagnosis diagnose(Location location, StoreSettings settings, boolean write) {
    return new Doctor(stores).diagnose(location, settings, write);
  }

  @Override
  public void warmUp() {
    optimizers.standard().warmUp();
  }

  @Override
  public EngineInfo engineInfo() {
    return runs.interruptible("ask the engine for its version", optimizers.standard()::info);
  }

  @Override
  public EngineInfo installEngine(Consumer<String> progress) {
    return install(optimizers.standard(), progress);
  }

  @Override
  public EngineInfo installEngine(String name, Consumer<String> progress) {
    Optimizer owner = optimizers.withExtra(name).orElse(null);
    if (owner == null) {
      return install(optimizers.get(name), progress);
    }
    return runs.interruptible("install an extra of the engine", () -> {
      owner.installExtra(name, progress);
      return owner.info();
    });
  }

  private EngineInfo install(Optimizer optimizer, Consumer<String> progress) {
    return runs.interruptible("install the engine", () -> {
      optimizer.install(progress);
      return optimizer.info();
    });
  }

  @Override
  public void close() {
    runs.close();
    optimizers.close();
  }
}
