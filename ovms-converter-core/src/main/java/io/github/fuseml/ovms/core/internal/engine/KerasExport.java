package io.github.fuseml.ovms.core.internal.engine;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.EngineLog;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Has Keras export a model as a SavedModel, which OpenVINO reads. TensorFlow lives in an environment of
 * its own, the engine's extra {@code keras}, and in a process for each model: what one file does to its
 * Keras, no other sees.
 */
final class KerasExport {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final String INSTALL = "run 'ovms-converter engine install --with keras'";

  private final EngineSettings settings;
  private final ManagedEnvironment environment;

  KerasExport(EngineSettings settings, Path home) {
    this.settings = settings;
    this.environment = ManagedEnvironment.of(home, EngineExtra.KERAS);
  }

  static boolean isNeededFor(SourceModel model) {
    ModelFormat format = model.model().format();
    return format.equals(ModelFormat.KERAS_H5) || format.equals(ModelFormat.KERAS_ARCHIVE);
  }

  /**
   * Exports a model.
   *
   * @return the SavedModel, with {@code serving_default} for its only signature
   * @throws EngineMissingException if the extra is not installed
   * @throws UnsupportedFormatException if the model has parts that are not Keras's own
   * @throws ConversionFailedException if Keras cannot load or export it
   */
  Path export(SourceModel model, EngineLog log) throws InterruptedException {
    requireInstalled(log::info);
    JsonObject request = request(model);
    try (Worker worker = Worker.start(
        environment.python(),
        "keras_export.py",
        new MemoryLimits(settings.memoryLimit(), ContainerMemory.UNLIMITED),
        START_LIMIT)) {
      String library = worker.call(
          request,
          settings.timeLimit(),
          log::output,
          result -> result.get("library").getAsString());
      log.info("exported from Keras as a SavedModel by " + library);
      return Path.of(request.get("target").getAsString());
    } catch (WorkerException e) {
      throw failed(model, e);
    }
  }

  private static JsonObject request(SourceModel model) {
    Path directory = model.workDirectory().resolve("keras");
    try {
      // Keras goes by the suffix, which another name of the file need not have.
      boolean archive = model.model().format().equals(ModelFormat.KERAS_ARCHIVE);
      Path file = Files.createDirectories(directory).resolve(archive ? "model.keras" : "model.h5");
      Files.createSymbolicLink(file, model.path().toAbsolutePath());
      JsonObject request = new JsonObject();
      request.addProperty("op", "export");
      request.addProperty("path", file.toString());
      request.addProperty("target", directory.resolve("saved_model").toString());
      request.addProperty("home", directory.resolve("home").toString());
      return request;
    } catch (IOException e) {
      throw IoErrors.translate(e, "prepare for Keras", model.path());
    }
  }

  private OvmsConverterException failed(SourceModel model, WorkerException e) {
    Problem problem = Problem.of("export the " + model.model().format() + " model")
        .on("'" + model.path().getFileName() + "'")
        .found(e.reason());
    return switch (e.kind()) {
      case UNUSABLE -> new EngineMissingException(problem.remedy(INSTALL), e);
      case TOO_SLOW ->
        new ConversionFailedException(
            problem.remedy("raise the engine's time limit (--engine-time-limit)"), e);
      case GARBAGE, DIED -> new ConversionFailedException(unexpected(problem), e);
      case REFUSED -> refused(problem, e);
    };
  }

  /** Memory that cannot be had shows in native code as almost anything. */
  private Problem unexpected(Problem problem) {
    return settings.memoryLimit() > 0
        ? problem.remedy("raise the engine's memory limit of " + settings.memoryLimit()
            + " bytes (--engine-memory-limit)")
        : problem
            .remedy("run again with --verbose for all of its output; it may be out of memory")
            .mayHelpToRetry();
  }

  private OvmsConverterException refused(Problem problem, WorkerException e) {
    return switch (e.code()) {
      case "custom", "unsafe" -> new UnsupportedFormatException(problem.remedy(e.remedy()), e);
      case "memory", "unexpected" -> new ConversionFailedException(unexpected(problem), e);
      default ->
        new ConversionFailedException(
            problem.remedy(
                e.remedy().isEmpty()
                    ? "check that the model loads where it was made, or export it there:"
                        + " model.export(\"dir\")"
                    : e.remedy()),
            e);
    };
  }

  private void requireInstalled(Consumer<String> progress) throws InterruptedException {
    if (environment.isComplete()) {
      return;
    }
    if (!settings.automaticInstall()) {
      throw new EngineMissingException(Problem.of("export a Keras model")
          .found("the engine's extra for Keras is not installed in " + environment.directory())
          .remedy(INSTALL + ", or export the model where it was made: model.export(\"dir\")"));
    }
    progress.accept("the engine's extra for Keras is not installed; installing it, once");
    environment.install(progress);
  }
}
