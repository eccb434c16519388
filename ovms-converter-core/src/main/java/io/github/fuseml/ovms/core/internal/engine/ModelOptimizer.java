package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.EngineLog;
import io.github.fuseml.ovms.spi.Optimizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the legacy Model Optimizer 2024.6 in an environment of its own, one process a conversion, with
 * the options as its arguments. Whatever else is asked of an engine, the OpenVINO of that environment
 * does.
 */
final class ModelOptimizer implements Optimizer {
  /**
   * Ends with this process where the system can do that; without the loader of TensorFlow's Python
   * objects, which nobody can give on a command line and which needs TensorFlow to say no.
   */
  private static final String BOOTSTRAP = """
      import runpy, sys
      try:
          import ctypes
          ctypes.CDLL(None).prctl(1, 9)
      except Exception:
          pass
      for module in ("torch", "openvino_telemetry", "openvino.frontend.tensorflow.utils"):
          sys.modules[module] = None
      sys.argv = ["mo"] + sys.argv[1:]
      runpy.run_module("openvino.tools.mo.main", run_name="__main__")
      """;

  private static final Map<String, String> FRAMEWORKS =
      Map.of("onnx", "onnx", "tensorflow.lite", "tflite", "paddle", "paddle");

  private final EngineSettings settings;
  private final ManagedEnvironment environment;
  private final OpenVinoOptimizer openvino;

  ModelOptimizer(EngineSettings settings) {
    this.settings = settings;
    this.environment = ManagedEnvironment.modelOptimizer(
        settings.home().orElseGet(ManagedEnvironment::defaultHome));
    this.openvino = new OpenVinoOptimizer(EngineSettings.builder()
        .python(environment.python())
        .timeLimit(settings.timeLimit())
        .memoryLimit(settings.memoryLimit())
        .build());
  }

  @Override
  public EngineInfo info() throws InterruptedException {
    requireInstalled(line -> {});
    EngineInfo info = openvino.info();
    return new EngineInfo(
        ModelOptimizerProvider.ID,
        info.version(),
        info.python(),
        info.pythonVersion(),
        PythonFinder.MANAGED);
  }

  @Override
  public void install(Consumer<String> progress) throws InterruptedException {
    environment.install(progress);
  }

  @Override
  public Signature describe(SourceModel model, EngineLog log) throws InterruptedException {
    requireInstalled(log::info);
    return openvino.describe(model, log);
  }

  @Override
  public OptimizedModel optimize(
      SourceModel model, OptimizationOptions options, Path target, EngineLog log)
      throws InterruptedException {
    requireInstalled(log::info);
    List<String> command = new ArrayList<>(
        List.of(environment.python().toString(), "-I", "-X", "utf8", "-c", BOOTSTRAP));
    command.addAll(source(model));
    command.addAll(arguments(options));
    String name = String.valueOf(target.getFileName());
    command.add("--model_name=" + name.substring(0, name.length() - ".xml".length()));
    command.add("--output_dir=" + target.getParent());
    run(command, model, log);
    Signature signature = openvino.verify(target, log);
    return new OptimizedModel(
        target,
        OpenVinoOptimizer.weightsOf(target),
        signature,
        "Model Optimizer 2024.6",
        passedOn(options),
        null,
        List.of());
  }

  @Override
  public Signature verify(Path xml, EngineLog log) throws InterruptedException {
    return openvino.verify(xml, log);
  }

  private static List<String> source(SourceModel model) {
    ModelFormat format = model.model().format();
    String path = EngineInput.of(model).toString();
    if (format.equals(ModelFormat.TENSORFLOW_SAVED_MODEL)) {
      return List.of("--saved_model_dir=" + path);
    }
    if (format.id().equals("tensorflow.meta_graph")) {
      return List.of("--input_meta_graph=" + path);
    }
    String framework = FRAMEWORKS.getOrDefault(format.id(), "tf");
    return path.endsWith(".pbtxt")
        ? List.of("--input_model=" + path, "--framework=" + framework, "--input_model_is_text")
        : List.of("--input_model=" + path, "--framework=" + framework);
  }

  /** What the tool got besides the model and the place; what it makes of them only itself knows. */
  private static List<String> passedOn(OptimizationOptions options) {
    return List.of("passed to the Model Optimizer: " + String.join(" ", arguments(options)));
  }

  /** The options in the tool's own words, which they come from. */
  static List<String> arguments(OptimizationOptions options) {
    List<String> arguments = new ArrayList<>();
    options.parameters().forEach((name, value) -> {
      switch (name) {
        case "data_type", "graph_optimization", "shapes", "extra_args", "signature" -> {}
        case "static_shape" -> arguments.add("--static_shape");
        case "reverse_input_channels" -> arguments.add("--reverse_input_channels=True");
        default -> arguments.add("--" + name + "=" + value);
      }
    });
    arguments.add("--compress_to_fp16=" + (options.compressToFp16() ? "True" : "False"));
    arguments.addAll(options.arguments());
    return arguments;
  }

  private void run(List<String> command, SourceModel model, EngineLog log)
      throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> !Worker.isPassedOn(name));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new EngineMissingException(
          Problem.of("start the Model Optimizer")
              .found(String.valueOf(e.getMessage()))
              .remedy("run 'ovms-converter engine install --with model-optimizer'"),
          e);
    }
    List<String> errors = new ArrayList<>();
    Thread reader = new Thread(() -> follow(process, errors, log), "ovms-model-optimizer");
    reader.setDaemon(true);
    reader.start();
    try {
      boolean ended = process.waitFor(settings.timeLimit().toNanos(), TimeUnit.NANOSECONDS);
      if (!ended) {
        throw failed(
            model,
            "it took longer than " + settings.timeLimit().toSeconds() + " s",
            "raise the engine's time limit (--engine-time-limit)");
      }
      reader.join(5_000);
      if (process.exitValue() != 0) {
        throw failed(
            model,
            message(errors, process.exitValue()),
            "correct the arguments; the Model Optimizer's documentation of 2024.6 tells them");
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static ConversionFailedException failed(SourceModel model, String found, String remedy) {
    return new ConversionFailedException(
        Problem.of("convert with the Model Optimizer")
            .on("'" + model.path().getFileName() + "'")
            .found(found)
            .remedy(remedy),
        null);
  }

  private static String message(List<String> errors, int exit) {
    synchronized (errors) {
      String text = String.join(" ", errors).strip();
      return text.isEmpty() ? "it ended with exit code " + exit : text;
    }
  }

  private static void follow(Process process, List<String> errors, EngineLog log) {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.output(line);
        boolean error =
            line.contains("[ ERROR ]") || line.toLowerCase(Locale.ROOT).contains("error:");
        synchronized (errors) {
          if (error && errors.size() < 8) {
            errors.add(line.replace("[ ERROR ]", "").strip());
          }
        }
      }
    } catch (IOException e) {
      // The process was ended; what it said so far is enough.
    }
  }

  private void requireInstalled(Consumer<String> progress) throws InterruptedException {
    if (environment.isComplete()) {
      return;
    }
    if (!settings.automaticInstall()) {
      throw new EngineMissingException(Problem.of("start the Model Optimizer")
          .found("it is not installed in " + environment.directory())
          .remedy("run 'ovms-converter engine install --with model-optimizer'"));
    }
    progress.accept("the Model Optimizer is not installed; installing it, once");
    environment.install(progress);
  }

  @Override
  public void close() {
    openvino.close();
  }
}
