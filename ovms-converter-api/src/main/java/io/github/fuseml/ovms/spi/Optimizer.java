package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.api.WeightSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine: makes OpenVINO IR of a model on this machine's disk.
 *
 * <p>Thread-safe. A method that works on a model ends soon when its thread is interrupted, with an
 * {@link InterruptedException}, and whatever it started ends with it.
 */
public interface Optimizer extends AutoCloseable {
  /** Starts the engine in the background; returns at once and never fails. */
  default void warmUp() {}

  /**
   * Starts the engine if it does not run, and tells what it is.
   *
   * @return the engine
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.EngineMissingException if there is none that works
   */
  EngineInfo info() throws InterruptedException;

  /**
   * Makes the engine's managed environment, or does nothing if it is complete.
   *
   * @param progress hears each step, one line each
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.EngineMissingException if it cannot be made
   */
  void install(Consumer<String> progress) throws InterruptedException;

  /**
   * The optional parts of this engine that can be installed.
   *
   * @return their names; none by default
   */
  default Set<String> extras() {
    return Set.of();
  }

  /**
   * Installs an optional part, or does nothing if it is there.
   *
   * @param extra one of {@link #extras}
   * @param progress hears each step, one line each
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.EngineMissingException if it cannot be installed
   */
  default void installExtra(String extra, Consumer<String> progress) throws InterruptedException {
    throw new IllegalArgumentException("no such extra: " + extra);
  }

  /**
   * Reads a model and tells its inputs and outputs.
   *
   * @param model the model
   * @param log hears what the engine does
   * @return the inputs and outputs as the engine sees them
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.ConversionFailedException if the engine cannot read it
   */
  Signature describe(SourceModel model, EngineLog log) throws InterruptedException;

  /**
   * Converts a model.
   *
   * @param model the model
   * @param options how; a wrong option was refused before
   * @param target the {@code .xml} to write; the {@code .bin} lies beside it. Its directory exists,
   *     is private to this call and removed by the caller
   * @param log hears what the engine does
   * @return what was written
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.ConversionFailedException if the engine cannot convert it
   */
  OptimizedModel optimize(
      SourceModel model, OptimizationOptions options, Path target, EngineLog log)
      throws InterruptedException;

  /**
   * Reads an IR from the disk again and checks that it is whole.
   *
   * @param xml the {@code .xml}, its {@code .bin} beside it
   * @param log hears what the engine does
   * @return the inputs and outputs that were read
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.VerificationFailedException if it is not a whole IR
   */
  Signature verify(Path xml, EngineLog log) throws InterruptedException;

  /**
   * Runs an IR on the CPU, and compares it with the model that it was made from where that is asked
   * for. Asked of the engine that verifies.
   *
   * @param check what to do
   * @param log hears what the engine does
   * @return what was found
   * @throws InterruptedException if the thread is interrupted
   * @throws io.github.fuseml.ovms.api.VerificationFailedException if it cannot be run, its outputs
   *     are not finite, or they are too far from the source model's
   * @throws io.github.fuseml.ovms.api.EngineMissingException if the source model's runtime is not
   *     installed
   * @throws io.github.fuseml.ovms.api.BadRequestException if there is no runtime for the format
   */
  default VerificationReport check(Check check, EngineLog log) throws InterruptedException {
    throw new BadRequestException(Problem.of("verify by running the converted model")
        .found("this engine does not run models")
        .remedy("verify by loading it (--verify load)"));
  }

  /** Ends the engine and whatever works with it. A second call does nothing. */
  @Override
  void close();

  /**
   * A model on this machine's disk.
   *
   * @param model what was detected
   * @param path what the engine reads: a file or a directory, which it must not change
   * @param workDirectory a directory for temporary files, private to this call and removed by the
   *     caller
   */
  record SourceModel(DetectedModel model, Path path, Path workDirectory) {}

  /**
   * How an IR is to be checked by running it.
   *
   * @param xml the {@code .xml}, its {@code .bin} beside it
   * @param level {@link Verification#INFER} or {@link Verification#COMPARE}
   * @param source the model that it was made from
   * @param tolerance see {@link io.github.fuseml.ovms.api.PublishOptions#tolerance}
   * @param example a file with MLflow's saved input example; null to make inputs up
   */
  record Check(
      Path xml,
      Verification level,
      SourceModel source,
      double tolerance,
      @Nullable Path example) {}

  /**
   * A model's inputs and outputs, in its order.
   *
   * @param inputs the inputs
   * @param outputs the outputs
   */
  record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    /**
     * Keeps copies of the lists.
     *
     * @param inputs the inputs
     * @param outputs the outputs
     */
    public Signature {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * What an engine wrote.
   *
   * @param xml the description
   * @param bin the weights
   * @param signature its inputs and outputs
   * @param engine the engine and its version, for people
   * @param changes what the options changed in the model, for people
   * @param weights what the compression of weights saved; null when none was asked for
   * @param notes what is worth telling the user
   */
  record OptimizedModel(
      Path xml,
      Path bin,
      Signature signature,
      String engine,
      List<String> changes,
      @Nullable WeightSizes weights,
      List<String> notes) {
    /**
     * Keeps copies of the lists.
     *
     * @param xml the description
     * @param bin the weights
     * @param signature its inputs and outputs
     * @param engine the engine and its version, for people
     * @param changes what the options changed in the model, for people
     * @param weights what the compression of weights saved; null when none was asked for
     * @param notes what is worth telling the user
     */
    public OptimizedModel {
      changes = List.copyOf(changes);
      notes = List.copyOf(notes);
    }
  }
}
