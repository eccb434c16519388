package io.github.fuseml.ovms.core.internal.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.GraphOptimization;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.api.WeightCompression;
import io.github.fuseml.ovms.api.WeightSizes;
import io.github.fuseml.ovms.core.internal.engine.WorkerPool.Lease;
import io.github.fuseml.ovms.spi.EngineLog;
import io.github.fuseml.ovms.spi.Optimizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Converts with OpenVINO in a worker process. */
final class OpenVinoOptimizer implements Optimizer {
  private static final EngineLog SILENT = new EngineLog() {
    @Override
    public void info(String text) {}

    @Override
    public void output(String line) {}
  };

  /** What changes a graph: the first is asked, and loads the others. */
  private static final Map<String, String> GRAPH_EDITS = scripts(
      "graph_edits",
      "graph_source",
      "graph_places",
      "graph_cut",
      "graph_values",
      "graph_preparation",
      "graph_layouts",
      "graph_text",
      "tensorflow_ports");

  private static final String WEIGHTS = script("weights.py");
  private static final String PAGING = script("paging.py");

  private final WorkerPool pool;
  private final CompressionPool compression;
  private final KerasExport keras;
  private final Path home;
  private final Duration timeLimit;
  private final long memoryLimit;

  OpenVinoOptimizer(EngineSettings settings) {
    this.pool = new WorkerPool(settings);
    this.compression = new CompressionPool(settings, pool);
    this.home = settings.home().orElseGet(ManagedEnvironment::defaultHome);
    this.timeLimit = settings.timeLimit();
    this.memoryLimit = settings.memoryLimit();
    this.keras = new KerasExport(settings, home);
  }

  @Override
  public void warmUp() {
    pool.warmUp();
  }

  @Override
  public EngineInfo info() throws InterruptedException {
    try (Lease lease = pool.acquire(SILENT)) {
      Worker worker = lease.worker();
      return new EngineInfo(
          OpenVinoOptimizerProvider.ID,
          worker.openvinoVersion(),
          worker.python(),
          worker.pythonVersion(),
          lease.foundBy());
    }
  }

  @Override
  public void install(Consumer<String> progress) throws InterruptedException {
    pool.managed().install(progress);
  }

  @Override
  public Set<String> extras() {
    return EngineExtra.ids();
  }

  @Override
  public void installExtra(String extra, Consumer<String> progress) throws InterruptedException {
    EngineExtra known = EngineExtra.of(extra)
        .orElseThrow(() -> new IllegalArgumentException("no such extra: " + extra));
    ManagedEnvironment.of(home, known).install(progress);
  }

  @Override
  public Signature describe(SourceModel model, EngineLog log) throws InterruptedException {
    JsonObject request = request("describe");
    request.addProperty("path", readable(model, log).toString());
    try (Lease lease = pool.acquire(log)) {
      return lease.worker().call(request, timeLimit, log::output, OpenVinoOptimizer::signature);
    } catch (WorkerException e) {
      throw failed("read", model, e);
    }
  }

  @Override
  public OptimizedModel optimize(
      SourceModel model, OptimizationOptions options, Path target, EngineLog log)
      throws InterruptedException {
    JsonObject request = request("convert");
    request.addProperty("path", readable(model, log).toString());
    request.addProperty("xml", target.toString());
    request.addProperty("offline", options.graphOptimization() == GraphOptimization.OFFLINE);
    JsonObject code = new JsonObject();
    code.addProperty("paging", PAGING);
    if (!options.keepsGraph()) {
      GRAPH_EDITS.forEach(code::addProperty);
      request.add("edits", GraphEdits.of(options));
    }
    if (options.compression() != WeightCompression.NONE) {
      code.addProperty("weights", WEIGHTS);
      request.addProperty("compression", options.compression().name());
    }
    request.add("code", code);
    WorkerPool able = options.compression().isInteger() ? compression.installed(log) : pool;
    try (Lease lease = able.acquire(log)) {
      Converted made =
          lease.worker().call(request, timeLimit, log::output, OpenVinoOptimizer::converted);
      return new OptimizedModel(
          target,
          weightsOf(target),
          made.signature(),
          engineName(lease.worker()),
          made.changes(),
          made.weights(),
          List.of());
    } catch (WorkerException e) {
      throw failed("convert", model, e);
    }
  }

  @Override
  public Signature verify(Path xml, EngineLog log) throws InterruptedException {
    JsonObject request = request("verify");
    request.addProperty("xml", xml.toString());
    try (Lease lease = pool.acquire(log)) {
      return lease.worker().call(request, timeLimit, log::output, OpenVinoOptimizer::signature);
    } catch (WorkerException e) {
      throw new VerificationFailedException(
          Problem.of("verify the converted model")
              .found(e.reason())
              .remedy("check that the disk is not full, then convert again"),
          e);
    }
  }

  private static Map<String, String> scripts(String... modules) {
    return Arrays.stream(modules)
        .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> script(name + ".py")));
  }

  private static String script(String name) {
    return new String(Resources.read(name), StandardCharsets.UTF_8);
  }

  /** What OpenVINO reads: the model itself, or what was made of it. */
  private Path readable(SourceModel model, EngineLog log) throws InterruptedException {
    return KerasExport.isNeededFor(model) ? keras.export(model, log) : EngineInput.of(model);
  }

  @Override
  public VerificationReport check(Check check, EngineLog log) throws InterruptedException {
    return new ModelCheck(pool, home, timeLimit).run(check, log);
  }

  static Path weightsOf(Path xml) {
    String name = String.valueOf(xml.getFileName());
    return xml.resolveSibling(name.substring(0, name.length() - ".xml".length()) + ".bin");
  }

  private static String engineName(Worker worker) {
    return "OpenVINO " + worker.openvinoVersion();
  }

  private static JsonObject request(String operation) {
    JsonObject request = new JsonObject();
    request.addProperty("op", operation);
    return request;
  }

  private OvmsConverterException failed(String what, SourceModel model, WorkerException e) {
    Problem problem = Problem.of(what + " the " + model.model().format() + " model")
        .on("'" + model.path().getFileName() + "'")
        .found(e.reason());
    return switch (e.kind()) {
      case UNUSABLE ->
        new EngineMissingException(problem.remedy("run 'ovms-converter engine install'"), e);
      case TOO_SLOW ->
        new ConversionFailedException(
            problem.remedy("raise the engine's time limit (--engine-time-limit)"), e);
      case GARBAGE ->
        new ConversionFailedException(
            problem.remedy("check the Python environment that runs the engine").mayHelpToRetry(),
            e);
      case DIED -> new ConversionFailedException(died(problem, model, e), e);
      case REFUSED -> refused(problem, model, e);
    };
  }

  private Problem died(Problem problem, SourceModel model, WorkerException e) {
    boolean outOfMemory = e.code().equals("137")
        || e.reason().contains("bad_alloc")
        || e.reason().contains("MemoryError");
    return outOfMemory
        ? problem.remedy(memoryRemedy(model)).mayHelpToRetry()
        : problem
            .remedy(
                "run again with --verbose for all of its output; a crash is a fault of the engine")
            .mayHelpToRetry();
  }

  private String memoryRemedy(SourceModel model) {
    if (memoryLimit > 0) {
      return "raise the engine's memory limit of " + memoryLimit + " bytes (--engine-memory-limit)";
    }
    long container = ContainerMemory.limit();
    if (container == ContainerMemory.UNLIMITED) {
      return "it was probably out of memory: give the machine or container more of it";
    }
    return "raise the container's memory limit of " + mebibytes(container) + " MiB; "
        + mebibytes(ContainerMemory.enoughFor(sizeOf(model), container)) + " MiB would do";
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }

  private static long sizeOf(SourceModel model) {
    try (Stream<Path> files = Files.walk(model.path())) {
      return files
          .filter(Files::isRegularFile)
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // Gone meanwhile: the least that does for any model is told.
    }
  }

  private OvmsConverterException refused(Problem problem, SourceModel model, WorkerException e) {
    return switch (e.code()) {
      case "option" ->
        new BadRequestException(
            Problem.of("change the model as asked")
                .on("'" + model.path().getFileName() + "'")
                .found(e.reason())
                .remedy(e.remedy()),
            e);
      case "memory" -> new ConversionFailedException(problem.remedy(memoryRemedy(model)), e);
      case "no-compression" ->
        new EngineMissingException(
            problem.remedy("run 'ovms-converter engine install --with "
                + EngineExtra.COMPRESSION.id()
                + "', or choose --data-type FP16"),
            e);
      case "unsuitable" ->
        new ConversionFailedException(
            problem.remedy("choose --data-type FP16, or leave it out"), e);
      case "unwritable" ->
        new TransferException(
            problem.remedy("check the space and the rights of the work directory (--work-dir)"), e);
      case "unsupported-operator" ->
        new ConversionFailedException(
            problem.remedy("export the model without these operators, or with another opset"), e);
      default ->
        new ConversionFailedException(
            problem.remedy("check that the model is whole and loads where it was made"), e);
    };
  }

  /** What a conversion made, what it changed on the way, and what a compression saved. */
  private record Converted(
      Signature signature, List<String> changes, @Nullable WeightSizes weights) {}

  private static Converted converted(JsonObject result) {
    List<String> changes = new ArrayList<>();
    if (result.has("changes")) {
      result.getAsJsonArray("changes").forEach(change -> changes.add(change.getAsString()));
    }
    WeightSizes weights = result.has("weights_before")
        ? new WeightSizes(
            result.get("weights_before").getAsLong(),
            result.get("weights_after").getAsLong())
        : null;
    return new Converted(signature(result), changes, weights);
  }

  private static Signature signature(JsonObject result) {
    return new Signature(tensors(result, "inputs"), tensors(result, "outputs"));
  }

  private static List<TensorSpec> tensors(JsonObject result, String side) {
    List<TensorSpec> tensors = new ArrayList<>();
    for (JsonElement element : result.getAsJsonArray(side)) {
      JsonObject tensor = element.getAsJsonObject();
      tensors.add(new TensorSpec(
          tensor.get("name").getAsString(),
          new ElementType(tensor.get("type").getAsString()),
          shape(tensor.get("shape"))));
    }
    return tensors;
  }

  private static PartialShape shape(JsonElement shape) {
    if (shape.isJsonNull()) {
      return PartialShape.UNKNOWN;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (JsonElement element : shape.getAsJsonArray()) {
      JsonArray range = element.getAsJsonArray();
      long max = range.get(1).getAsLong();
      dimensions.add(new Dimension(range.get(0).getAsLong(), max < 0 ? Dimension.UNBOUNDED : max));
    }
    return new PartialShape(dimensions);
  }

  @Override
  public void close() {
    compression.close();
    pool.close();
  }
}
