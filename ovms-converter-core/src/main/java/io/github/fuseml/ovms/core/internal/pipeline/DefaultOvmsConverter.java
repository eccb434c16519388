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
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.RollbackResult;
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
import io.github.fuseml.ovms.core.internal.publish.Leftovers;
import io.github.fuseml.ovms.core.internal.publish.ModelRepository;
import io.github.fuseml.ovms.core.internal.publish.SourceFiles;
import io.github.fuseml.ovms.core.internal.publish.StoredVersion;
import io.github.fuseml.ovms.core.internal.store.Place;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.Optimizer;
import io.github.fuseml.ovms.spi.Optimizer.Signature;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import io.github.fuseml.ovms.spi.StoreRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
  private final PublishStage publish;
  private final Afterwards afterwards;
  private final RollbackRun rollback;

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
    this.list = new ListStage(new ArchiveSource(engine, transfer.unpackLimit()));
    this.runs = new Runs(listeners, workDirectory);
    this.resolve = new ResolveStage(stores);
    this.detect = new DetectStage(detectors);
    this.plan = new PlanStage(optimizers);
    this.optimize = new OptimizeStage(optimizers);
    this.verify = new VerifyStage(optimizers);
    this.publish = new PublishStage(engine);
    this.afterwards = new Afterwards(stores);
    this.rollback = new RollbackRun(engine);
  }

  /** What the first four stages settle, none of which moves a byte of the model. */
  private record Prepared(ConversionRequest request, StoreModelTree tree, ConversionPlan plan) {}

  @Override
  public ConversionPlan plan(ConversionRequest request, Cancellation cancellation) {
    return runs.run(info("plan", request), cancellation, context -> {
      try (Stores stores = resolve(request, context)) {
        requireTellable(stores);
        return prepare(stores.resolved(request), stores, context, true).plan();
      }
    });
  }

  @Override
  public ModelDescription inspect(ConversionRequest request, Cancellation cancellation) {
    return runs.run(info("inspect", request), cancellation, context -> {
      try (Stores stores = resolve(request, context)) {
        return describe(prepare(stores.resolved(request), stores, context, false), context);
      }
    });
  }

  @Override
  public ConversionResult convert(ConversionRequest request, Cancellation cancellation) {
    return runs.run(info("convert", request), cancellation, context -> {
      try (Stores stores = resolve(request, context)) {
        requireTellable(stores);
        return convert(stores.resolved(request), stores, context);
      }
    });
  }

  private Stores resolve(ConversionRequest request, RunContext context)
      throws InterruptedException {
    return context.stage(Stage.RESOLVE, () -> {
      detect.requireKnown(request);
      return resolve.run(request, context);
    });
  }

  /** Nobody has to learn only after a conversion that it cannot be told to who knows the source. */
  private static void requireTellable(Stores stores) {
    stores.from().resolved().ifPresent(ResolvedLocation::requireTellable);
  }

  /** Where nothing else is said the source is the output, and a file has no room for versions. */
  private StoreModelTree list(ConversionRequest request, Stores stores, RunContext context)
      throws InterruptedException {
    if (request.output().equals(request.source())) {
      PlanStage.requireDirectory(request.output(), stores.output());
    }
    return list.run(request, stores, context);
  }

  private ConversionResult convert(ConversionRequest request, Stores stores, RunContext context)
      throws InterruptedException {
    try (Conversion conversion = new Conversion(request, stores, context)) {
      return conversion.run();
    }
  }

  private static RunInfo info(String operation, ConversionRequest request) {
    return Runs.info(operation, request.source(), request.output());
  }

  private Prepared prepare(
      ConversionRequest request, Stores stores, RunContext context, boolean publishes)
      throws InterruptedException {
    StoreModelTree tree = context.stage(
        Stage.LIST,
        () -> publishes ? list(request, stores, context) : list.run(request, stores, context));
    return prepare(request, tree, stores, context, publishes);
  }

  private Prepared prepare(
      ConversionRequest request,
      StoreModelTree tree,
      Stores stores,
      RunContext context,
      boolean publishes)
      throws InterruptedException {
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
      ConversionPlan made = plan.run(request, tree, model, stores.output());
      if (publishes) {
        PublishCheck.run(made, sources(made, tree), stores.output()).forEach(context::warn);
        afterwards.check(made, context);
      }
      return made;
    });
    return new Prepared(request, tree, settled);
  }

  /** All that was listed, and what lies beside a single file. */
  private static SourceFiles sources(ConversionPlan plan, StoreModelTree tree) {
    Stream<Location> files = tree.archive().isPresent()
        ? Stream.of(plan.request().source())
        : Stream.concat(
            tree.files().stream().map(Artifact::location),
            plan.files().stream().map(file -> tree.directory().resolve(file.path())));
    return SourceFiles.of(files.toList());
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

  /** One conversion: what was asked for, and what each stage adds to it. */
  private final class Conversion implements AutoCloseable {
    private final ConversionRequest request;
    private final Stores stores;
    private final RunContext context;
    private final SourceDigests digests = new SourceDigests();
    private History history = History.none();

    Conversion(ConversionRequest request, Stores stores, RunContext context) {
      this.request = request;
      this.stores = stores;
      this.context = context;
    }

    ConversionResult run() throws InterruptedException {
      StoreModelTree tree = context.stage(Stage.LIST, () -> {
        StoreModelTree listed = list(request, stores, context);
        history = History.of(request, stores.output());
        return listed;
      });
      Optional<StoredVersion> same = history.unchanged(request, tree);
      if (same.isPresent()) {
        ConversionPlan made =
            context.stage(Stage.PLAN, () -> UnchangedResult.plan(request, tree, same.get()));
        return unchanged(made, tree, same.get());
      }
      if (!history.isLikelyUnchanged(request)) {
        warmUp();
      }
      return convert(prepare(request, tree, stores, context, true));
    }

    private ConversionResult convert(Prepared prepared) throws InterruptedException {
      ConversionPlan settled = prepared.plan();
      Fetched fetched = null;
      Optional<StoredVersion> same = history.unchanged(settled, prepared.tree(), digests);
      if (same.isEmpty()) {
        warmUp();
        fetched = context.stage(Stage.FETCH, () -> fetch.run(settled, prepared.tree(), context));
        same = history.unchanged(settled, fetched.stored());
      }
      return fetched == null || same.isPresent()
          ? unchanged(settled, prepared.tree(), same.orElseThrow())
          : convert(prepared, fetched);
    }

    private ConversionResult convert(Prepared prepared, Fetched fetched)
        throws InterruptedException {
      ConversionPlan settled = prepared.plan();
      ArtifactStore input = prepared.tree().store();
      if (fetched.inPlace()) {
        digests.start(fetched.paths());
      }
      Optimized optimized =
          context.stage(Stage.OPTIMIZE, () -> optimize.run(settled, fetched, input, context));
      Verified verified = context.stage(
          Stage.VERIFY, () -> verify.run(settled, fetched, prepared.tree(), optimized, context));
      List<StoredArtifact> sources =
          prepared.tree().archive().map(List::of).orElse(digests.complete(fetched.stored()));
      FetchStage.requireUnchanged(fetched, input); // The digests are of what was converted.
      return publish(prepared, optimized, verified, sources);
    }

    private ConversionResult publish(
        Prepared prepared, Optimized optimized, Verified verified, List<StoredArtifact> sources)
        throws InterruptedException {
      ConversionPlan settled = prepared.plan();
      PublishStage.Result made = PublishStage.renamed(
          settled, new PublishStage.Result(verified.contents(), verified.files()), stores.output());
      ProvenanceWriter.Facts facts = new ProvenanceWriter.Facts(
          prepared.request(),
          settled,
          prepared.tree(),
          sources,
          optimized.engine(),
          optimized.changes(),
          verified.inputs(),
          verified.outputs(),
          made.files(),
          verified.report(),
          context.timings());
      Published published = context.stage(Stage.PUBLISH, () -> {
        long version = publish.run(
            settled, made, number -> ProvenanceWriter.of(facts, number), stores, context);
        return new Published(version, afterwards(settled, prepared.tree(), version));
      });
      long version = published.version();
      return new ConversionResult(
          settled,
          settled.output(),
          version,
          settled.output().resolve(Long.toString(version)),
          true,
          sources,
          made.files(),
          verified.inputs(),
          verified.outputs(),
          ConversionResult.digestOf(made.files()),
          verified.report(),
          published.removed(),
          optimized.changes(),
          optimized.weights(),
          optimized.engine(),
          context.timings(),
          context.warnings());
    }

    private ConversionResult unchanged(
        ConversionPlan settled, StoreModelTree tree, StoredVersion version)
        throws InterruptedException {
      List<Long> removed = context.stage(Stage.PUBLISH, () -> {
        context.info(
            "nothing has changed since version " + version.number() + ", so nothing is published");
        PublishStage.tell(stores, UnchangedResult.publication(settled, version), context);
        return afterwards(settled, tree, version.number());
      });
      return UnchangedResult.of(settled, version, removed, context);
    }

    private List<Long> afterwards(ConversionPlan settled, StoreModelTree tree, long version)
        throws InterruptedException {
      return afterwards.run(settled, version, sources(settled, tree), stores.output(), context);
    }

    @Override
    public void close() {
      digests.close();
    }
  }

  private record Published(long version, List<Long> removed) {}

  @Override
  public List<ModelVersion> versions(Location output, StoreSettings settings) {
    return runs.interruptible("list the versions in " + output, () -> {
      Place place = stores.resolve(output, settings, StoreRole.INPUT);
      try (ArtifactStore store = stores.open(place, StoreRole.INPUT)) {
        Leftovers.putBack(store, place.location());
        List<ModelVersion> found = new ModelRepository(store, place.location())
            .versions().stream().map(StoredVersion::describe).toList();
        if (found.isEmpty() && !store.exists(place.location())) {
          throw ListStage.nothingThere("list the versions in", place, false);
        }
        return found;
      }
    });
  }

  @Override
  public RollbackResult rollback(
      Location output, long version, StoreSettings settings, Cancellation cancellation) {
    RunInfo run = Runs.info("rollback", output.resolve(Long.toString(version)), output);
    return runs.run(run, cancellation, context -> {
      Place place = stores.resolve(output, settings, StoreRole.OUTPUT);
      ResolveStage.warnOfInsecure(context, settings, place.settings());
      try (ArtifactStore store =
          context.stage(Stage.RESOLVE, () -> ResolveStage.openOutput(stores, place))) {
        return rollback.run(place.location(), version, store, context);
      }
    });
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
        return ListStage.listAll(place, store);
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
