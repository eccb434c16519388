package io.github.fuseml.ovms.core.internal.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.spi.EngineLog;
import io.github.fuseml.ovms.spi.Optimizer.SourceModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a source model by the runtime that its format belongs to, in a Python environment of its own. */
final class SourceRuntime {
  private static final String MAIN = "compare_model.py";

  /** The module that it imports, in a directory of its own. */
  private static final String CHECK = "saved_model_check.py";

  /** The extra that brings TensorFlow, where this release has one. */
  private static final String TENSORFLOW = "keras";

  private final String kind;
  private final Path python;
  private final SourceModel source;
  private final Duration timeLimit;

  private SourceRuntime(String kind, Path python, SourceModel source, Duration timeLimit) {
    this.kind = kind;
    this.python = python;
    this.source = source;
    this.timeLimit = timeLimit;
  }

  /**
   * The files by which values are handed over.
   *
   * @param inputs the inputs of the run
   * @param outputs the converted model's outputs
   * @param names the names of both
   */
  record Exchange(Path inputs, Path outputs, Path names) {
    static Exchange in(Path directory) {
      return new Exchange(
          directory.resolve("check-inputs.npz"),
          directory.resolve("check-outputs.npz"),
          directory.resolve("check-names.json"));
    }
  }

  /**
   * The runtime of a model's format.
   *
   * @throws BadRequestException if there is none
   * @throws EngineMissingException if it is not installed
   */
  static SourceRuntime of(SourceModel source, Path home, Duration timeLimit) {
    ModelFormat format = source.model().format();
    if (format.equals(ModelFormat.ONNX)) {
      return new SourceRuntime("onnx", python("compare", home), source, timeLimit);
    }
    if (format.equals(ModelFormat.TENSORFLOW_SAVED_MODEL)) {
      return new SourceRuntime("tensorflow", python(TENSORFLOW, home), source, timeLimit);
    }
    throw new BadRequestException(Problem.of("compare the converted model with its source")
        .found("there is no runtime here for " + format.title())
        .remedy("verify by running the converted model alone (--verify infer)"));
  }

  private static Path python(String extra, Path home) {
    Optional<ManagedEnvironment> environment =
        EngineExtra.of(extra).map(known -> ManagedEnvironment.of(home, known));
    return environment
        .filter(ManagedEnvironment::isComplete)
        .map(ManagedEnvironment::python)
        .orElseThrow(() -> missing(extra, environment.isPresent()));
  }

  private static EngineMissingException missing(String extra, boolean known) {
    return new EngineMissingException(Problem.of("compare the converted model with its source")
        .found("the source model's own runtime is not installed")
        .remedy(
            known
                ? "run 'ovms-converter engine install --with " + extra + "', or verify without it"
                    + " (--verify infer)"
                : "verify by running the converted model alone (--verify infer)"));
  }

  /** The source model does not run on inputs that were guessed for it. */
  static final class RejectedInputsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient VerificationFailedException failure;

    RejectedInputsException(VerificationFailedException failure) {
      super(failure);
      this.failure = failure;
    }

    /** What to say when there are no other inputs. */
    VerificationFailedException failure() {
      return failure;
    }
  }

  /**
   * The differences, by the outputs' order, and the runtime's name.
   *
   * @throws RejectedInputsException if it may run on other inputs
   */
  JsonObject compare(Exchange exchange, double tolerance, EngineLog log)
      throws InterruptedException, RejectedInputsException {
    JsonObject request = new JsonObject();
    request.addProperty("kind", kind);
    request.addProperty("model", source.path().toString());
    request.addProperty("inputs", exchange.inputs().toString());
    request.addProperty("outputs", exchange.outputs().toString());
    request.addProperty("names", exchange.names().toString());
    request.addProperty("tolerance", tolerance);
    String signature = source.model().attributes().get("tensorflow.signature");
    if (signature != null) {
      request.addProperty("signature", signature);
    }
    String answer = run(request.toString(), log);
    try {
      JsonObject told = JsonParser.parseString(answer).getAsJsonObject();
      if (told.has("unsafe")) {
        throw unsafe(told.get("unsafe").getAsString());
      }
      if (told.has("rejected")) {
        throw new RejectedInputsException(failed(told.get("error").getAsString()));
      }
      if (told.has("error")) {
        throw failed(told.get("error").getAsString());
      }
      return told;
    } catch (JsonParseException | IllegalStateException e) {
      throw failed("its process ended without an answer");
    }
  }

  private static VerificationFailedException failed(String found) {
    return new VerificationFailedException(Problem.of("run the source model for a comparison")
        .found(found)
        .remedy("look whether it runs where it was made, or verify without it (--verify infer)"));
  }

  /** Nothing of a model is run that could do more than compute. */
  private static VerificationFailedException unsafe(String operations) {
    return new VerificationFailedException(Problem.of("run the source model for a comparison")
        .found("it has operations that reach out of it or are unknown: " + operations
            + "; it was not loaded")
        .remedy("verify by running the converted model alone (--verify infer)"));
  }

  private String run(String request, EngineLog log) throws InterruptedException {
    Path script = source.workDirectory().resolve(MAIN);
    Path code = source.workDirectory().resolve("code");
    Path answer = source.workDirectory().resolve("compare-answer.json");
    Process process;
    try {
      Files.write(script, Resources.read(MAIN));
      Files.createDirectories(code);
      Files.write(code.resolve(CHECK), Resources.read(CHECK));
      ProcessBuilder builder = new ProcessBuilder(
              List.of(python.toString(), "-I", "-X", "utf8", script.toString()))
          .redirectOutput(answer.toFile());
      builder.environment().keySet().removeIf(name -> !Worker.isPassedOn(name));
      process = builder.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(request.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
    Thread reader = new Thread(() -> follow(process, log), "ovms-source-runtime");
    reader.setDaemon(true);
    reader.start();
    try {
      if (!process.waitFor(timeLimit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw failed("it took longer than " + timeLimit.toSeconds() + " s");
      }
      return Files.readString(answer);
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    } finally {
      process.destroyForcibly();
    }
  }

  private static void follow(Process process, EngineLog log) {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.output(line);
      }
    } catch (IOException e) {
      // The process was ended.
    }
  }
}
