package io.github.fuseml.ovms.api;

import java.util.ArrayList;
import java.util.List;

/**
 * How the engine converts a model. Immutable and made by a {@link #builder()}; what is not set
 * keeps the model as it is.
 */
public final class OptimizationOptions {
  private static final OptimizationOptions DEFAULTS = builder().build();

  private final boolean compressToFp16;

  private OptimizationOptions(Builder builder) {
    this.compressToFp16 = builder.compressToFp16;
  }

  /**
   * The model as it is.
   *
   * @return the defaults
   */
  public static OptimizationOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A builder of options, with the defaults set.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Whether 32-bit weights are stored as 16-bit floats: half the size, a little less exact.
   *
   * @return false by default
   */
  public boolean compressToFp16() {
    return compressToFp16;
  }

  /**
   * The options that differ from the defaults, for a plan or a log.
   *
   * @return {@code name=value} each, in a fixed order
   */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (compressToFp16) {
      lines.add("data_type=FP16");
    }
    return List.copyOf(lines);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OptimizationOptions that && describe().equals(that.describe());
  }

  @Override
  public int hashCode() {
    return describe().hashCode();
  }

  @Override
  public String toString() {
    return describe().isEmpty() ? "none" : String.join(" ", describe());
  }

  /** Builds {@link OptimizationOptions}; not thread-safe. */
  public static final class Builder {
    private boolean compressToFp16;

    private Builder() {}

    /**
     * Stores 32-bit weights as 16-bit floats.
     *
     * @param compress false by default
     * @return this builder
     */
    public Builder compressToFp16(boolean compress) {
      this.compressToFp16 = compress;
      return this;
    }

    /**
     * The options.
     *
     * @return an immutable value
     */
    public OptimizationOptions build() {
      return new OptimizationOptions(this);
    }
  }
}
