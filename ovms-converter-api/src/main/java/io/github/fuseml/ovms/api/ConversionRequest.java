package io.github.fuseml.ovms.api;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to convert, and where to. Immutable and made by a {@link #builder()}; the builder refuses
 * what is wrong in itself, the run refuses what does not fit the model.
 */
public final class ConversionRequest {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  private final Location source;
  private final @Nullable Location output;
  private final @Nullable Location namedSource;
  private final @Nullable String sourceName;
  private final @Nullable String format;
  private final @Nullable String artifact;
  private final @Nullable String flavor;
  private final ModelFormat outputFormat;
  private final @Nullable String modelName;
  private final StoreSettings inputSettings;
  private final StoreSettings outputSettings;
  private final OptimizationOptions options;
  private final @Nullable String optimizer;
  private final PublishOptions publishing;

  private ConversionRequest(Builder builder, Location source) {
    this.source = source;
    this.output = builder.output;
    this.namedSource = builder.namedSource;
    this.sourceName = builder.sourceName;
    this.format = builder.format;
    this.artifact = builder.artifact;
    this.flavor = builder.flavor;
    this.outputFormat = builder.outputFormat;
    this.modelName = builder.modelName;
    this.inputSettings = builder.inputSettings;
    this.outputSettings = builder.outputSettings;
    this.options = builder.options;
    this.optimizer = builder.optimizer;
    this.publishing = builder.publishing;
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
   * The same request with other options.
   *
   * @param replacement how the engine converts the model
   * @return a new request
   */
  public ConversionRequest withOptions(OptimizationOptions replacement) {
    Builder copy = copy();
    copy.options = replacement;
    return new ConversionRequest(copy, source);
  }

  /**
   * The same request with the real locations instead of those that are names, such as {@code
   * models:/iris@champion}.
   *
   * @param realSource where the model really is
   * @param realOutput where the converted model really goes
   * @param name what the source is called
   * @return a new request, which still tells by {@link #namedSource()} how the source was named
   */
  public ConversionRequest resolved(Location realSource, Location realOutput, String name) {
    Builder copy = copy();
    copy.output = realOutput;
    copy.namedSource = namedSource();
    copy.sourceName = name;
    return new ConversionRequest(copy, realSource);
  }

  private Builder copy() {
    Builder copy = new Builder();
    copy.output = output;
    copy.namedSource = namedSource;
    copy.sourceName = sourceName;
    copy.format = format;
    copy.artifact = artifact;
    copy.flavor = flavor;
    copy.outputFormat = outputFormat;
    copy.modelName = modelName;
    copy.inputSettings = inputSettings;
    copy.outputSettings = outputSettings;
    copy.options = options;
    copy.optimizer = optimizer;
    copy.publishing = publishing;
    return copy;
  }

  /**
   * Where the model is.
   *
   * @return a file or a directory
   */
  public Location source() {
    return source;
  }

  /**
   * How the source was named.
   *
   * @return the location as it was asked for; the {@link #source()} unless that was found out from a
   *     name
   */
  public Location namedSource() {
    return namedSource == null ? source : namedSource;
  }

  /**
   * What the source is called.
   *
   * @return the last segment of its location, or the name that its registry has for it
   */
  public String sourceName() {
    return sourceName == null ? source.name() : sourceName;
  }

  /**
   * Where the converted model goes: the directory that holds its versions.
   *
   * @return the output; the source when none was given
   */
  public Location output() {
    return output == null ? source : output;
  }

  /**
   * The format that the model is said to have.
   *
   * @return a format's id, or a package's such as {@code mlflow}; empty to find it out
   */
  public Optional<String> format() {
    return Optional.ofNullable(format);
  }

  /**
   * Which of several models in the source is meant.
   *
   * @return its path below the source; empty when there is but one
   */
  public Optional<String> artifact() {
    return Optional.ofNullable(artifact);
  }

  /**
   * Which of an MLflow model's flavors is meant.
   *
   * @return the flavor's name, such as {@code onnx}; empty for the best that can be converted
   */
  public Optional<String> flavor() {
    return Optional.ofNullable(flavor);
  }

  /**
   * The format to publish. When it is the model's own, the files are moved without a conversion.
   *
   * @return {@link ModelFormat#OPENVINO_IR} by default
   */
  public ModelFormat outputFormat() {
    return outputFormat;
  }

  /**
   * The name of the published files, without a suffix.
   *
   * @return the name; empty to take it from the source
   */
  public Optional<String> modelName() {
    return Optional.ofNullable(modelName);
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
   * The settings of the output's store.
   *
   * @return the settings, none by default
   */
  public StoreSettings outputSettings() {
    return outputSettings;
  }

  /**
   * How the engine converts the model.
   *
   * @return the options
   */
  public OptimizationOptions options() {
    return options;
  }

  /**
   * The engine that converts the model.
   *
   * @return an optimizer's id; empty for the first that takes the format
   */
  public Optional<String> optimizer() {
    return Optional.ofNullable(optimizer);
  }

  /**
   * How the result is checked and published, and what becomes of older versions.
   *
   * @return the defaults unless set
   */
  public PublishOptions publishing() {
    return publishing;
  }

  @Override
  public String toString() {
    return source + " -> " + output();
  }

  /** Builds a {@link ConversionRequest}; not thread-safe. */
  public static final class Builder {
    private @Nullable Location source;
    private @Nullable Location output;
    private @Nullable Location namedSource;
    private @Nullable String sourceName;
    private @Nullable String format;
    private @Nullable String artifact;
    private @Nullable String flavor;
    private ModelFormat outputFormat = ModelFormat.OPENVINO_IR;
    private @Nullable String modelName;
    private StoreSettings inputSettings = StoreSettings.none();
    private StoreSettings outputSettings = StoreSettings.none();
    private OptimizationOptions options = OptimizationOptions.defaults();
    private @Nullable String optimizer;
    private PublishOptions publishing = PublishOptions.defaults();

    private Builder() {}

    /**
     * Sets where the model is. Required.
     *
     * @param value a path or URL, see {@link Location#of(String)}
     * @return this builder
     */
    public Builder source(String value) {
      return source(Location.of(value));
    }

    /**
     * Sets where the model is. Required.
     *
     * @param value a local path
     * @return this builder
     */
    public Builder source(Path value) {
      return source(Location.of(value));
    }

    /**
     * Sets where the model is. Required.
     *
     * @param value a file or a directory
     * @return this builder
     */
    public Builder source(Location value) {
      this.source = Objects.requireNonNull(value, "source");
      return this;
    }

    /**
     * Sets where the converted model goes; the source itself when it is not set.
     *
     * @param value a path or URL, see {@link Location#of(String)}
     * @return this builder
     */
    public Builder output(String value) {
      return output(Location.of(value));
    }

    /**
     * Sets where the converted model goes; the source itself when it is not set.
     *
     * @param value a local directory, which need not exist
     * @return this builder
     */
    public Builder output(Path value) {
      return output(Location.of(value));
    }

    /**
     * Sets where the converted model goes; the source itself when it is not set.
     *
     * @param value a directory, which need not exist
     * @return this builder
     */
    public Builder output(Location value) {
      this.output = Objects.requireNonNull(value, "output");
      return this;
    }

    /**
     * Says which format the model has; another one is then refused.
     *
     * @param id a format's id, a package's such as {@code mlflow}, or {@code auto} to find it out;
     *     in small letters or capitals
     * @return this builder
     */
    public Builder format(String id) {
      this.format = id.equalsIgnoreCase("auto") ? null : id;
      return this;
    }

    /**
     * Chooses one of several models in the source.
     *
     * @param path the model's path below the source
     * @return this builder
     */
    public Builder artifact(String path) {
      this.artifact = path.replaceAll("/+$", "");
      return this;
    }

    /**
     * Chooses one of an MLflow model's flavors; a model without it is then refused.
     *
     * @param name the flavor's name, such as {@code onnx}
     * @return this builder
     */
    public Builder flavor(String name) {
      this.flavor = Objects.requireNonNull(name, "flavor");
      return this;
    }

    /**
     * Sets the format to publish.
     *
     * @param value {@link ModelFormat#OPENVINO_IR}, or the model's own to move it unconverted
     * @return this builder
     */
    public Builder outputFormat(ModelFormat value) {
      this.outputFormat = Objects.requireNonNull(value, "outputFormat");
      return this;
    }

    /**
     * Names the published files.
     *
     * @param value letters, digits, {@code _}, {@code .} and {@code -}, not beginning with the last
     *     two, at most 128
     * @return this builder
     * @throws BadRequestException if it is not a name
     */
    public Builder modelName(String value) {
      if (!NAME.matcher(value).matches()) {
        throw new BadRequestException(Problem.of("use the model name")
            .on("'" + value + "'")
            .found("it would not be a plain file name")
            .remedy("use letters, digits, '_', '.' and '-', beginning with none of the last two"));
      }
      this.modelName = value;
      return this;
    }

    /**
     * Sets the settings of the source's store.
     *
     * @param value the settings
     * @return this builder
     */
    public Builder inputSettings(StoreSettings value) {
      this.inputSettings = Objects.requireNonNull(value, "inputSettings");
      return this;
    }

    /**
     * Sets the settings of the output's store.
     *
     * @param value the settings
     * @return this builder
     */
    public Builder outputSettings(StoreSettings value) {
      this.outputSettings = Objects.requireNonNull(value, "outputSettings");
      return this;
    }

    /**
     * Sets how the engine converts the model.
     *
     * @param value the options
     * @return this builder
     */
    public Builder options(OptimizationOptions value) {
      this.options = Objects.requireNonNull(value, "options");
      return this;
    }

    /**
     * Chooses the engine.
     *
     * @param id an optimizer's id
     * @return this builder
     */
    public Builder optimizer(String id) {
      this.optimizer = Objects.requireNonNull(id, "optimizer");
      return this;
    }

    /**
     * Sets how the result is checked and published, and what becomes of older versions.
     *
     * @param value the options
     * @return this builder
     */
    public Builder publishing(PublishOptions value) {
      this.publishing = Objects.requireNonNull(value, "publishing");
      return this;
    }

    /**
     * The request.
     *
     * @return an immutable value
     * @throws BadRequestException if there is no source
     */
    public ConversionRequest build() {
      if (source == null) {
        throw new BadRequestException(Problem.of("build a conversion request")
            .found("no source was given")
            .remedy("call source(…) with the model's path or URL"));
      }
      return new ConversionRequest(this, source);
    }
  }
}
