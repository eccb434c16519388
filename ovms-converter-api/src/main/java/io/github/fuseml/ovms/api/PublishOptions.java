package io.github.fuseml.ovms.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a converted model is checked and published, and what becomes of the versions before it.
 * Immutable and made by a {@link #builder()}.
 */
public final class PublishOptions {
  private static final PublishOptions DEFAULTS = builder().build();

  private final @Nullable Long version;
  private final boolean replace;
  private final boolean force;
  private final Verification verification;
  private final double tolerance;
  private final @Nullable Integer keep;
  private final Duration leftoverAge;
  private final @Nullable OvmsConfigEntry ovmsConfig;

  private PublishOptions(Builder builder) {
    this.version = builder.version;
    this.replace = builder.replace;
    this.force = builder.force;
    this.verification = builder.verification;
    this.tolerance = builder.tolerance;
    this.keep = builder.keep;
    this.leftoverAge = builder.leftoverAge;
    this.ovmsConfig = builder.ovmsConfig;
  }

  /**
   * The next version, verified by loading it; older versions stay.
   *
   * @return the defaults
   */
  public static PublishOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Starts from the defaults.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The number to publish.
   *
   * @return a number above 0; empty for the next one
   */
  public OptionalLong version() {
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  /**
   * Whether a version of that number may be replaced.
   *
   * @return false unless it was asked for
   */
  public boolean replace() {
    return replace;
  }

  /**
   * Whether to convert although nothing has changed since the latest version.
   *
   * @return false unless it was asked for
   */
  public boolean force() {
    return force;
  }

  /**
   * How much is checked before anything is published.
   *
   * @return {@link Verification#LOAD} by default
   */
  public Verification verification() {
    return verification;
  }

  /**
   * How far an output may be from the source model's, for {@link Verification#COMPARE}: a difference
   * may be at most this, plus this times the absolute value of the source model's.
   *
   * @return 0.001 by default
   */
  public double tolerance() {
    return tolerance;
  }

  /**
   * How many of the newest complete versions stay.
   *
   * @return at least 1; empty to remove none
   */
  public OptionalInt keep() {
    return keep == null ? OptionalInt.empty() : OptionalInt.of(keep);
  }

  /**
   * How old what a killed publisher has left in an object store must be to be removed. Files of this
   * machine need no age: a lock tells whether their writer lives.
   *
   * @return 24 hours by default
   */
  public Duration leftoverAge() {
    return leftoverAge;
  }

  /**
   * The configuration of OVMS that gets an entry of the model.
   *
   * @return the entry; empty to leave configurations alone
   */
  public Optional<OvmsConfigEntry> ovmsConfig() {
    return Optional.ofNullable(ovmsConfig);
  }

  /** Builds {@link PublishOptions}; not thread-safe. */
  public static final class Builder {
    private @Nullable Long version;
    private boolean replace;
    private boolean force;
    private Verification verification = Verification.LOAD;
    private double tolerance = 1e-3;
    private @Nullable Integer keep;
    private Duration leftoverAge = Duration.ofHours(24);
    private @Nullable OvmsConfigEntry ovmsConfig;

    private Builder() {}

    /**
     * Publishes as this version and no other. One that is there already is a conflict, unless it may
     * be replaced. Whether the source has changed is not asked then.
     *
     * @param value a number above 0
     * @return this builder
     * @throws BadRequestException if it is no version that OVMS serves
     */
    public Builder version(long value) {
      if (value < 1) {
        throw wrong("the version", value, "versions are whole numbers above 0");
      }
      this.version = value;
      return this;
    }

    /**
     * Whether a version of the chosen number may be replaced. OVMS does not read a version again that
     * it serves, and while it is replaced there is none of that number: a new number is better.
     *
     * <p>If it fails, the old version is put back. One run at a time replaces a version: another one
     * waits for 30 seconds, and ends with a conflict if the first is still busy then; what a killed
     * one has left is taken over after that time. Stores that cannot create on a condition cannot
     * promise that, and a warning says so.
     *
     * @param value true to replace it
     * @return this builder
     */
    public Builder replace(boolean value) {
      this.replace = value;
      return this;
    }

    /**
     * Whether to convert although nothing has changed.
     *
     * @param value true to convert anyway
     * @return this builder
     */
    public Builder force(boolean value) {
      this.force = value;
      return this;
    }

    /**
     * Sets how much is checked before anything is published.
     *
     * @param value the level
     * @return this builder
     */
    public Builder verification(Verification value) {
      this.verification = Objects.requireNonNull(value, "verification");
      return this;
    }

    /**
     * Sets how far an output may be from the source model's.
     *
     * @param value a finite number, not below 0
     * @return this builder
     * @throws BadRequestException if it is none
     */
    public Builder tolerance(double value) {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw wrong("the tolerance", value, "a difference is a finite number not below 0");
      }
      this.tolerance = value;
      return this;
    }

    /**
     * Removes older versions after a success. The newest complete ones stay, and those that a
     * {@code model_version_policy} of the entry in {@link #ovmsConfig} names.
     *
     * @param value how many of the newest complete versions stay, at least 1
     * @return this builder
     * @throws BadRequestException if it is less
     */
    public Builder keep(int value) {
      if (value < 1) {
        throw wrong("the number of versions to keep", value, "the newest one always stays");
      }
      this.keep = value;
      return this;
    }

    /**
     * Sets how old what a killed publisher has left in an object store must be to be removed.
     *
     * @param value not negative
     * @return this builder
     * @throws BadRequestException if it is negative
     */
    public Builder leftoverAge(Duration value) {
      if (value.isNegative()) {
        throw wrong("the age of leftovers", value, "it is negative");
      }
      this.leftoverAge = value;
      return this;
    }

    /**
     * Adds or updates the model's entry in a configuration of OVMS.
     *
     * @param value the entry
     * @return this builder
     */
    public Builder ovmsConfig(OvmsConfigEntry value) {
      this.ovmsConfig = Objects.requireNonNull(value, "ovmsConfig");
      return this;
    }

    /**
     * The options.
     *
     * @return an immutable value
     * @throws BadRequestException if a version is to be replaced and none is named
     */
    public PublishOptions build() {
      if (replace && version == null) {
        throw new BadRequestException(Problem.of("replace a version")
            .found("none was named, and the next one is always new")
            .remedy("name the version (--version N)"));
      }
      return new PublishOptions(this);
    }

    private static BadRequestException wrong(String what, Object value, String found) {
      return new BadRequestException(
          Problem.of("use").on(what + " " + value).found(found).remedy("give another one"));
    }
  }
}
