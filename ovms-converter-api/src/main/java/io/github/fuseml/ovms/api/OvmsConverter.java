package io.github.fuseml.ovms.api;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Converts models to OpenVINO IR and publishes them where OpenVINO Model Server serves them.
 *
 * <pre>{@code
 * try (OvmsConverter converter = OvmsConverter.builder().discover().build()) {
 *   ConversionResult result =
 *       converter.convert(
 *           ConversionRequest.builder().source("model.onnx").output("/models/mnist").build());
 *   System.out.println(result.versionLocation());
 * }
 * }</pre>
 *
 * <p>Thread-safe: one converter serves many runs at once, and keeps the engine's processes for the
 * next run until it is closed. Every method that works on a model throws an {@link
 * OvmsConverterException}; nothing is half-written then. An interrupt of the calling thread cancels
 * its run.
 */
public interface OvmsConverter extends AutoCloseable {
  /**
   * Starts a converter; the implementation is found on the class path.
   *
   * @return a new builder, with nothing registered but the file store, the formats and the engine
   *     of the implementation
   * @throws IllegalStateException if no implementation is on the class path
   */
  static Builder builder() {
    Iterator<Builder> found =
        ServiceLoader.load(Builder.class, OvmsConverter.class.getClassLoader()).iterator();
    if (!found.hasNext()) {
      throw new IllegalStateException(
          "no implementation of OvmsConverter on the class path; add the artifact"
              + " io.github.fuseml:ovms-converter-core");
    }
    return found.next();
  }

  /**
   * Settles what a conversion would do, from the listing and a few KiB of metadata. Writes nothing.
   *
   * @param request what to convert
   * @return the plan
   * @throws OvmsConverterException if the conversion could not be done
   */
  default ConversionPlan plan(ConversionRequest request) {
    return plan(request, new Cancellation());
  }

  /**
   * Like {@link #plan(ConversionRequest)}, and can be cancelled.
   *
   * @param request what to convert
   * @param cancellation a handle of the caller's
   * @return the plan
   * @throws OvmsConverterException if the conversion could not be done, or was cancelled
   */
  ConversionPlan plan(ConversionRequest request, Cancellation cancellation);

  /**
   * Describes a model: its format, why, its inputs and outputs, and the plan. Asks the engine, and
   * fetches the model for it, only where the metadata does not tell the inputs.
   *
   * @param request what to look at
   * @return the description
   * @throws OvmsConverterException if the model cannot be described
   */
  default ModelDescription inspect(ConversionRequest request) {
    return inspect(request, new Cancellation());
  }

  /**
   * Like {@link #inspect(ConversionRequest)}, and can be cancelled.
   *
   * @param request what to look at
   * @param cancellation a handle of the caller's
   * @return the description
   * @throws OvmsConverterException if the model cannot be described, or it was cancelled
   */
  ModelDescription inspect(ConversionRequest request, Cancellation cancellation);

  /**
   * Converts a model and publishes it as a new version: all of it or nothing.
   *
   * @param request what to convert
   * @return what was done
   * @throws OvmsConverterException if it could not be done; nothing was published then
   */
  default ConversionResult convert(ConversionRequest request) {
    return convert(request, new Cancellation());
  }

  /**
   * Like {@link #convert(ConversionRequest)}, and can be cancelled.
   *
   * @param request what to convert
   * @param cancellation a handle of the caller's
   * @return what was done
   * @throws OvmsConverterException if it could not be done, or was cancelled; nothing was published
   *     then
   */
  ConversionResult convert(ConversionRequest request, Cancellation cancellation);

  /**
   * Copies a file, or all files of a directory, from any store to any other: several at once, each
   * whole or not at all, and compared with the checksums that the stores keep.
   *
   * @param request what to copy
   * @return what was copied
   * @throws IncompleteCopyException if it could not be done, and files had been replaced that could not
   *     be put back; on this machine's disk they are put back
   * @throws OvmsConverterException if it could not be done; what was made by then is removed again
   */
  default CopyResult copy(CopyRequest request) {
    return copy(request, new Cancellation());
  }

  /**
   * Like {@link #copy(CopyRequest)}, and can be cancelled.
   *
   * @param request what to copy
   * @param cancellation a handle of the caller's
   * @return what was copied
   * @throws OvmsConverterException if it could not be done, or was cancelled
   */
  CopyResult copy(CopyRequest request, Cancellation cancellation);

  /**
   * Lists the versions of a model, as OVMS counts them.
   *
   * @param output the directory that holds the model's versions
   * @param settings the settings of its store
   * @return the versions in ascending order; empty when there are none
   * @throws OvmsConverterException if they cannot be listed
   */
  List<ModelVersion> versions(Location output, StoreSettings settings);

  /**
   * Publishes an older version's files as the newest, which is the one that OVMS serves, without
   * converting again. Has the events of a run that resolves, lists, fetches and publishes.
   *
   * @param output the directory that holds the model's versions
   * @param version the version to go back to, which must be complete
   * @param settings the settings of the output's store
   * @return what was done
   * @throws NotFoundException if there is no such version
   * @throws OvmsConverterException if it could not be done; nothing was published then
   */
  default RollbackResult rollback(Location output, long version, StoreSettings settings) {
    return rollback(output, version, settings, new Cancellation());
  }

  /**
   * Like {@link #rollback(Location, long, StoreSettings)}, and can be cancelled.
   *
   * @param output the directory that holds the model's versions
   * @param version the version to go back to, which must be complete
   * @param settings the settings of the output's store
   * @param cancellation a handle of the caller's
   * @return what was done
   * @throws NotFoundException if there is no such version
   * @throws OvmsConverterException if it could not be done, or was cancelled; nothing was published
   *     then
   */
  RollbackResult rollback(
      Location output, long version, StoreSettings settings, Cancellation cancellation);

  /**
   * Lists the files at a location.
   *
   * @param location a file or a directory
   * @param settings the settings of its store
   * @return the file itself, or all files below the directory, sorted by path
   * @throws NotFoundException if there is nothing
   * @throws OvmsConverterException if it cannot be listed
   */
  List<StoredArtifact> list(Location location, StoreSettings settings);

  /**
   * The stores that are registered, with the settings that they understand.
   *
   * @return the stores in the order of their ids
   */
  List<StoreInfo> stores();

  /**
   * Looks for what is wrong on the way to a location, step by step, from the name of the service to
   * reading and writing there. Fails only for a wrong request: what it finds is in its answer.
   *
   * @param location a file or a directory, which need not exist
   * @param settings the settings of its store
   * @param write whether to try to write as well: a small file that is removed again
   * @return what was found
   * @throws BadRequestException if no store serves the location, or a setting is wrong
   */
  Diagnosis diagnose(Location location, StoreSettings settings, boolean write);

  /**
   * Starts the default engine in the background, for the conversion that will follow. Returns at
   * once and reports nothing; the conversion reports what is wrong.
   */
  void warmUp();

  /**
   * Starts the default engine if it does not run and tells what it is.
   *
   * @return the engine
   * @throws EngineMissingException if there is none that works
   */
  EngineInfo engineInfo();

  /**
   * Makes the managed environment of the default engine, or does nothing if it is complete.
   *
   * @param progress hears each step, one line each
   * @return the engine
   * @throws EngineMissingException if it cannot be made
   */
  EngineInfo installEngine(Consumer<String> progress);

  /**
   * Makes the managed environment of an engine, or of an optional part of one, or does nothing if it
   * is complete.
   *
   * @param name the engine's id, for instance {@code model-optimizer}, or the part's name
   * @param progress hears each step, one line each
   * @return the engine, or the one that the part belongs to
   * @throws BadRequestException if there is nothing of that name
   * @throws EngineMissingException if it cannot be made
   */
  EngineInfo installEngine(String name, Consumer<String> progress);

  /**
   * Ends the runs that still go on, the engine's processes and the stores. A second call does
   * nothing.
   */
  @Override
  void close();

  /**
   * Builds a converter; not thread-safe. Implementations are found by {@link ServiceLoader};
   * callers do not implement this.
   */
  interface Builder {
    /**
     * Registers a store, a format or an engine.
     *
     * @param extension one of the interfaces of {@code io.github.fuseml.ovms.spi}
     * @return this builder
     */
    Builder register(Extension extension);

    /**
     * Registers every extension that {@link ServiceLoader} finds.
     *
     * @param loader where to look
     * @return this builder
     */
    Builder discover(ClassLoader loader);

    /**
     * Registers every extension that {@link ServiceLoader} finds with the thread's context class
     * loader.
     *
     * @return this builder
     */
    default Builder discover() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return discover(context != null ? context : OvmsConverter.class.getClassLoader());
    }

    /**
     * Adds a listener to every run.
     *
     * @param listener hears what the runs do
     * @return this builder
     */
    Builder listener(ConversionListener listener);

    /**
     * Sets where each run makes its private directory for temporary files.
     *
     * @param directory a local directory; the system's directory for temporary files by default
     * @return this builder
     */
    Builder workDirectory(Path directory);

    /**
     * Sets how files are moved.
     *
     * @param settings the settings
     * @return this builder
     */
    Builder transfer(TransferSettings settings);

    /**
     * Sets how the engine is found and limited.
     *
     * @param settings the settings
     * @return this builder
     */
    Builder engine(EngineSettings settings);

    /**
     * The converter.
     *
     * @return a new converter, to be closed by the caller
     * @throws BadRequestException if two extensions of a kind have one id or one scheme
     */
    OvmsConverter build();
  }
}
