package io.github.fuseml.ovms.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to copy, and where to: a file to a file, or a directory's files to a directory. Immutable and
 * made by a {@link #builder()}.
 */
public final class CopyRequest {
  private final Location source;
  private final Location target;
  private final StoreSettings inputSettings;
  private final StoreSettings outputSettings;
  private final boolean replace;

  private CopyRequest(Builder builder, Location source, Location target) {
    this.source = source;
    this.target = target;
    this.inputSettings = builder.inputSettings;
    this.outputSettings = builder.outputSettings;
    this.replace = builder.replace;
  }

  /**
   * Starts a request.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What is copied.
   *
   * @return a file or a directory
   */
  public Location source() {
    return source;
  }

  /**
   * Where it goes.
   *
   * @return for a file its new location, or a directory if it ends in a slash; for a directory the
   *     directory that its files are put into
   */
  public Location target() {
    return target;
  }

  /**
   * The settings of the source's store.
   *
   * @return the settings, none by default
   */
  public StoreSettings inputSettings() {
    return inputSettings;
  }

  /**
   * The settings of the target's store.
   *
   * @return the settings, none by default
   */
  public StoreSettings outputSettings() {
    return outputSettings;
  }

  /**
   * Whether files that are at the target already are replaced.
   *
   * @return false by default: they are a conflict, found before anything is copied
   */
  public boolean replace() {
    return replace;
  }

  @Override
  public String toString() {
    return source + " -> " + target;
  }

  /** Builds a {@link CopyRequest}; not thread-safe. */
  public static final class Builder {
    private @Nullable Location source;
    private @Nullable Location target;
    private StoreSettings inputSettings = StoreSettings.none();
    private StoreSettings outputSettings = StoreSettings.none();
    private boolean replace;

    private Builder() {}

    /**
     * Sets what is copied. Required.
     *
     * @param value a path or URL, see {@link Location#of(String)}
     * @return this builder
     */
    public Builder source(String value) {
      return source(Location.of(value));
    }

    /**
     * Sets what is copied. Required.
     *
     * @param value a file or a directory
     * @return this builder
     */
    public Builder source(Location value) {
      source = Objects.requireNonNull(value, "source");
      return this;
    }

    /**
     * Sets where it goes. Required.
     *
     * @param value a path or URL, see {@link Location#of(String)}
     * @return this builder
     */
    public Builder target(String value) {
      return target(Location.of(value));
    }

    /**
     * Sets where it goes. Required.
     *
     * @param value a file or a directory
     * @return this builder
     */
    public Builder target(Location value) {
      target = Objects.requireNonNull(value, "target");
      return this;
    }

    /**
     * Sets the settings of the source's store.
     *
     * @param value the settings
     * @return this builder
     */
    public Builder inputSettings(StoreSettings value) {
      inputSettings = Objects.requireNonNull(value, "inputSettings");
      return this;
    }

    /**
     * Sets the settings of the target's store.
     *
     * @param value the settings
     * @return this builder
     */
    public Builder outputSettings(StoreSettings value) {
      outputSettings = Objects.requireNonNull(value, "outputSettings");
      return this;
    }

    /**
     * Sets whether files that are at the target already are replaced.
     *
     * @param value true to replace them
     * @return this builder
     */
    public Builder replace(boolean value) {
      replace = value;
      return this;
    }

    /**
     * The request.
     *
     * @return an immutable request
     * @throws BadRequestException if the source or the target is missing, or both are the same
     */
    public CopyRequest build() {
      Location from = require(source, "a source");
      Location to = require(target, "a target");
      if (from.equals(to) && inputSettings.equals(outputSettings)) {
        throw new BadRequestException(Problem.of("copy")
            .on(from)
            .found("the source and the target are the same")
            .remedy("give another target"));
      }
      return new CopyRequest(this, from, to);
    }

    private static Location require(@Nullable Location location, String what) {
      if (location == null) {
        throw new BadRequestException(
            Problem.of("copy").found("there is no " + what.substring(2)).remedy("give " + what));
      }
      return location;
    }
  }
}
