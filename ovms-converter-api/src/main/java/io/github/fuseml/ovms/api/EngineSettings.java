package io.github.fuseml.ovms.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How engines that run in a process of their own are found and limited. Immutable. */
public final class EngineSettings {
  private static final EngineSettings DEFAULTS = builder().build();

  private final @Nullable Path python;
  private final @Nullable Path home;
  private final Duration timeLimit;
  private final long memoryLimit;
  private final boolean automaticInstall;

  private EngineSettings(Builder builder) {
    this.python = builder.python;
    this.home = builder.home;
    this.timeLimit = builder.timeLimit;
    this.memoryLimit = builder.memoryLimit;
    this.automaticInstall = builder.automaticInstall;
  }

  /**
   * The defaults of {@link #builder()}.
   *
   * @return the defaults
   */
  public static EngineSettings defaults() {
    return DEFAULTS;
  }

  /**
   * Starts settings.
   *
   * @return a new builder with the defaults set
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The Python interpreter whose environment has the engine.
   *
   * @return the interpreter; empty to look at {@code OVMS_CONVERTER_PYTHON}, then the managed
   *     environment, then {@code python3} on the path
   */
  public Optional<Path> python() {
    return Optional.ofNullable(python);
  }

  /**
   * The directory of the managed environments.
   *
   * @return the directory; empty for {@code ovms-converter/engine} in the user's cache directory
   */
  public Optional<Path> home() {
    return Optional.ofNullable(home);
  }

  /**
   * How long one conversion may take before its worker is killed.
   *
   * @return one hour by default
   */
  public Duration timeLimit() {
    return timeLimit;
  }

  /**
   * How much private memory a worker may use ({@code RLIMIT_DATA}: weights that are mapped from
   * files do not count).
   *
   * @return bytes; 0, the default, for what a container with a memory limit (control groups of Linux)
   *     leaves beside this process, and elsewhere no limit
   */
  public long memoryLimit() {
    return memoryLimit;
  }

  /**
   * Whether the managed environment is made when a conversion finds no engine.
   *
   * @return false by default: a library does not install software unasked
   */
  public boolean automaticInstall() {
    return automaticInstall;
  }

  /** Builds {@link EngineSettings}; not thread-safe. */
  public static final class Builder {
    private @Nullable Path python;
    private @Nullable Path home;
    private Duration timeLimit = Duration.ofHours(1);
    private long memoryLimit;
    private boolean automaticInstall;

    private Builder() {}

    /**
     * Sets the Python interpreter.
     *
     * @param value the interpreter of an environment with the engine
     * @return this builder
     */
    public Builder python(Path value) {
      this.python = Objects.requireNonNull(value, "python");
      return this;
    }

    /**
     * Sets the directory of the managed environments.
     *
     * @param value a directory, which need not exist
     * @return this builder
     */
    public Builder home(Path value) {
      this.home = Objects.requireNonNull(value, "home");
      return this;
    }

    /**
     * Limits the time of one conversion.
     *
     * @param value more than nothing
     * @return this builder
     * @throws BadRequestException if it is not positive
     */
    public Builder timeLimit(Duration value) {
      if (value.isZero() || value.isNegative()) {
        throw new BadRequestException(Problem.of("set the engine's time limit")
            .on(value)
            .found("it is not positive")
            .remedy("give at least one second"));
      }
      this.timeLimit = value;
      return this;
    }

    /**
     * Limits the private memory of a worker.
     *
     * @param bytes 0 for the default, see {@link EngineSettings#memoryLimit}
     * @return this builder
     * @throws BadRequestException if it is negative
     */
    public Builder memoryLimit(long bytes) {
      if (bytes < 0) {
        throw new BadRequestException(Problem.of("set the engine's memory limit")
            .on(bytes)
            .found("it is negative")
            .remedy("give a number of bytes, or 0 for the default"));
      }
      this.memoryLimit = bytes;
      return this;
    }

    /**
     * Makes the managed environment when a conversion finds no engine.
     *
     * @param value false by default
     * @return this builder
     */
    public Builder automaticInstall(boolean value) {
      this.automaticInstall = value;
      return this;
    }

    /**
     * The settings.
     *
     * @return an immutable value
     */
    public EngineSettings build() {
      return new EngineSettings(this);
    }
  }
}
