package io.github.fuseml.ovms.api;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How files are moved: how many requests at once, in parts of which size, and how long to be patient.
 * Immutable and made by a {@link #builder()}.
 */
public final class TransferSettings {
  private static final TransferSettings DEFAULTS = builder().build();

  private final OptionalInt parallelism;
  private final OptionalLong partSize;
  private final Duration stallTimeout;
  private final Optional<Duration> fileTimeLimit;
  private final Optional<Duration> timeLimit;
  private final int attempts;
  private final boolean keepPartialDownloads;
  private final boolean durable;
  private final long unpackLimit;

  private TransferSettings(Builder builder) {
    this.parallelism = builder.parallelism;
    this.partSize = builder.partSize;
    this.stallTimeout = builder.stallTimeout;
    this.fileTimeLimit = builder.fileTimeLimit;
    this.timeLimit = builder.timeLimit;
    this.attempts = builder.attempts;
    this.keepPartialDownloads = builder.keepPartialDownloads;
    this.durable = builder.durable;
    this.unpackLimit = builder.unpackLimit;
  }

  /**
   * The defaults.
   *
   * @return settings that fit most stores
   */
  public static TransferSettings defaults() {
    return DEFAULTS;
  }

  /**
   * Starts settings.
   *
   * @return a new builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * How many requests go on at once.
   *
   * @return a number above 0; empty to adapt it to the files and to how the store bears it
   */
  public OptionalInt parallelism() {
    return parallelism;
  }

  /**
   * The size of the parts that a large file is moved in.
   *
   * @return a number of bytes; empty to adapt it to the files
   */
  public OptionalLong partSize() {
    return partSize;
  }

  /**
   * How long no byte may arrive before a connection is given up and a new one goes on.
   *
   * @return 30 seconds by default
   */
  public Duration stallTimeout() {
    return stallTimeout;
  }

  /**
   * How long one file may take.
   *
   * @return empty by default: as long as bytes arrive
   */
  public Optional<Duration> fileTimeLimit() {
    return fileTimeLimit;
  }

  /**
   * How long all files of a run may take together.
   *
   * @return empty by default: as long as bytes arrive
   */
  public Optional<Duration> timeLimit() {
    return timeLimit;
  }

  /**
   * How often in a row a part is tried without a single new byte, the first time included.
   *
   * @return 5 by default
   */
  public int attempts() {
    return attempts;
  }

  /**
   * Whether a run that fails or is cancelled leaves what it has downloaded in its work directory,
   * for the next run that has the same one. What a killed process left is used again in any case.
   *
   * @return false by default
   */
  public boolean keepPartialDownloads() {
    return keepPartialDownloads;
  }

  /**
   * Whether a copy onto this machine's disk is forced to it before it gets its name, so that a power
   * failure cannot leave a file that is there and not whole. What is fetched to be converted is
   * temporary, and never forced.
   *
   * @return true by default
   */
  public boolean durable() {
    return durable;
  }

  /**
   * How many bytes an archive may hold that a model comes in. One with more is refused while it is
   * unpacked; in any case some space is left on the disk.
   *
   * @return 64 GiB by default
   */
  public long unpackLimit() {
    return unpackLimit;
  }

  /** Builds {@link TransferSettings}; not thread-safe. */
  public static final class Builder {
    private OptionalInt parallelism = OptionalInt.empty();
    private OptionalLong partSize = OptionalLong.empty();
    private Duration stallTimeout = Duration.ofSeconds(30);
    private Optional<Duration> fileTimeLimit = Optional.empty();
    private Optional<Duration> timeLimit = Optional.empty();
    private int attempts = 5;
    private boolean keepPartialDownloads;
    private boolean durable = true;
    private long unpackLimit = 64L << 30;

    private Builder() {}

    /**
     * Sets how many requests go on at once.
     *
     * @param value from 1 to 256
     * @return this builder
     */
    public Builder parallelism(int value) {
      require("parallelism", value >= 1 && value <= 256, "it is not between 1 and 256");
      parallelism = OptionalInt.of(value);
      return this;
    }

    /**
     * Sets the size of the parts that a large file is moved in.
     *
     * @param bytes from 64 KiB to 1 GiB; a part is held in memory while it arrives
     * @return this builder
     */
    public Builder partSize(long bytes) {
      require(
          "part size", bytes >= 1 << 16 && bytes <= 1 << 30, "it is not between 64 KiB and 1 GiB");
      partSize = OptionalLong.of(bytes);
      return this;
    }

    /**
     * Sets how long no byte may arrive.
     *
     * @param value a time above 0
     * @return this builder
     */
    public Builder stallTimeout(Duration value) {
      requirePositive("stall timeout", value);
      stallTimeout = value;
      return this;
    }

    /**
     * Sets how long one file may take.
     *
     * @param value a time above 0
     * @return this builder
     */
    public Builder fileTimeLimit(Duration value) {
      requirePositive("time limit of a file", value);
      fileTimeLimit = Optional.of(value);
      return this;
    }

    /**
     * Sets how long all files of a run may take together.
     *
     * @param value a time above 0
     * @return this builder
     */
    public Builder timeLimit(Duration value) {
      requirePositive("time limit of a transfer", value);
      timeLimit = Optional.of(value);
      return this;
    }

    /**
     * Sets how often in a row a part is tried without a single new byte.
     *
     * @param value from 1 to 100
     * @return this builder
     */
    public Builder attempts(int value) {
      require("number of attempts", value >= 1 && value <= 100, "it is not between 1 and 100");
      attempts = value;
      return this;
    }

    /**
     * Sets whether a run that ends in order, but without success, leaves what it has downloaded.
     *
     * @param value true to leave it for the next run with the same work directory
     * @return this builder
     */
    public Builder keepPartialDownloads(boolean value) {
      keepPartialDownloads = value;
      return this;
    }

    /**
     * Sets whether a copy onto this machine's disk is forced to it.
     *
     * @param value false to leave that to the system, as most programs do
     * @return this builder
     */
    public Builder durable(boolean value) {
      durable = value;
      return this;
    }

    /**
     * Sets how many bytes an archive may hold.
     *
     * @param bytes a number above 0
     * @return this builder
     */
    public Builder unpackLimit(long bytes) {
      require("limit of an archive's content", bytes > 0, "it is not above 0");
      unpackLimit = bytes;
      return this;
    }

    private static void requirePositive(String what, Duration value) {
      require(what, !value.isNegative() && !value.isZero(), "it is not above 0");
    }

    private static void require(String what, boolean condition, String found) {
      if (!condition) {
        throw new BadRequestException(
            Problem.of("use the " + what).found(found).remedy("choose another value"));
      }
    }

    /**
     * The settings.
     *
     * @return immutable settings
     */
    public TransferSettings build() {
      return new TransferSettings(this);
    }
  }
}
