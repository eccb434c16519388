package io.github.fuseml.ovms.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How the engine converts a model. Immutable and made by a {@link #builder()}; what is not set
 * keeps the model as it is. The parameters are those of OpenVINO's Model Optimizer, and {@link
 * Builder#parameter} takes them as its command line spells them.
 *
 * <p>The changes are made in this order: inputs and outputs are chosen, shaped, typed and frozen;
 * the batch is set; then, on the way of an input's value into the model, its layout is changed, its
 * channels are reversed, the mean is subtracted and the scale divides; then shapes are folded.
 */
public final class OptimizationOptions {
  private static final OptimizationOptions DEFAULTS = builder().build();

  /** The names that {@link Builder#parameter} knows, for suggestions. */
  private static final List<String> PARAMETERS = List.of(
      "input_shape",
      "input",
      "freeze_placeholder_with_value",
      "output",
      "batch",
      "mean_values",
      "scale_values",
      "scale",
      "reverse_input_channels",
      "layout",
      "source_layout",
      "target_layout",
      "static_shape",
      "saved_model_tags",
      "signature",
      "data_type",
      "compress_to_fp16");

  private final List<InputEdit> inputs;
  private final boolean inputsChosen;
  private final List<String> outputs;
  private final @Nullable Long batch;
  private final List<ChannelValues> mean;
  private final List<ChannelValues> scale;
  private final @Nullable Double scaleAll;
  private final boolean reverseChannels;
  private final List<LayoutChange> layouts;
  private final boolean staticShape;
  private final WeightCompression compression;
  private final GraphOptimization graphOptimization;
  private final boolean shapesFromSignature;
  private final @Nullable String signature;
  private final List<String> savedModelTags;
  private final List<String> arguments;

  OptimizationOptions(Builder builder, List<InputEdit> inputs, List<LayoutChange> layouts) {
    this.inputs = List.copyOf(inputs);
    this.inputsChosen = builder.inputsChosen;
    this.outputs = List.copyOf(builder.outputs);
    this.batch = builder.batch;
    this.mean = List.copyOf(builder.mean);
    this.scale = List.copyOf(builder.scale);
    this.scaleAll = builder.scaleAll;
    this.reverseChannels = builder.reverseChannels;
    this.layouts = List.copyOf(layouts);
    this.staticShape = builder.staticShape;
    this.compression = builder.compression == null ? WeightCompression.NONE : builder.compression;
    this.graphOptimization = builder.graphOptimization;
    this.shapesFromSignature = builder.shapesFromSignature;
    this.signature = builder.signature;
    this.savedModelTags = List.copyOf(builder.savedModelTags);
    this.arguments = List.copyOf(builder.arguments);
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
   * A builder that holds these options.
   *
   * @return a new builder
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.edits.addAll(inputs);
    copy.inputsChosen = inputsChosen;
    copy.outputs.addAll(outputs);
    copy.batch = batch;
    copy.mean.addAll(mean);
    copy.scale.addAll(scale);
    copy.scaleAll = scaleAll;
    copy.reverseChannels = reverseChannels;
    copy.layouts.addAll(layouts);
    copy.staticShape = staticShape;
    copy.compression = compression;
    copy.graphOptimization = graphOptimization;
    copy.shapesFromSignature = shapesFromSignature;
    copy.signature = signature;
    copy.savedModelTags.addAll(savedModelTags);
    copy.arguments.addAll(arguments);
    return copy;
  }

  /**
   * What becomes of the model's inputs.
   *
   * @return the edits; those without a name belong to the inputs in their order, frozen ones left out
   */
  public List<InputEdit> inputs() {
    return inputs;
  }

  /**
   * Whether the edits name the inputs that the converted model has: others stay only where an output
   * needs them, as in the Model Optimizer.
   *
   * @return false by default: other inputs stay
   */
  public boolean inputsChosen() {
    return inputsChosen;
  }

  /**
   * The tensors or operations that become the model's outputs.
   *
   * @return their names; empty to keep the model's own
   */
  public List<String> outputs() {
    return outputs;
  }

  /**
   * The size of the batch dimension of every input: the one that its layout calls N, else the first.
   *
   * @return a number above 0; empty to leave it
   */
  public OptionalLong batch() {
    return batch == null ? OptionalLong.empty() : OptionalLong.of(batch);
  }

  /**
   * What is subtracted from the inputs' channels.
   *
   * @return all with names, or all without: those belong to the chosen inputs in the order in which
   *     they are named, frozen ones left out, and where none are chosen to the model's own in theirs
   */
  public List<ChannelValues> mean() {
    return mean;
  }

  /**
   * What the inputs' channels are divided by, after the mean was subtracted.
   *
   * @return all with names, or all without: they belong to the inputs as those of {@link #mean} do
   */
  public List<ChannelValues> scale() {
    return scale;
  }

  /**
   * What every floating-point input is divided by, after the mean was subtracted.
   *
   * @return a number other than 0; empty to leave them
   */
  public OptionalDouble scaleAll() {
    return scaleAll == null ? OptionalDouble.empty() : OptionalDouble.of(scaleAll);
  }

  /**
   * Whether the order of three channels is reversed, before the mean is subtracted. Where no layout
   * tells the channels, they are the one dimension of 3 in an input of 3 to 5 dimensions.
   *
   * @return false by default
   */
  public boolean reverseChannels() {
    return reverseChannels;
  }

  /**
   * The layouts of inputs and outputs.
   *
   * @return all with names, or all without: those belong to the converted model's inputs in their order
   */
  public List<LayoutChange> layouts() {
    return layouts;
  }

  /**
   * Whether everything that depends on shapes alone is computed ahead, after which the model can
   * hardly be given other shapes.
   *
   * @return false by default
   */
  public boolean staticShape() {
    return staticShape;
  }

  /**
   * How the weights are stored.
   *
   * @return {@link WeightCompression#NONE} by default
   */
  public WeightCompression compression() {
    return compression;
  }

  /**
   * Whether 32-bit weights are stored as 16-bit floats.
   *
   * @return false by default
   */
  public boolean compressToFp16() {
    return compression == WeightCompression.FP16;
  }

  /**
   * When the graph is simplified.
   *
   * @return {@link GraphOptimization#RUNTIME} by default
   */
  public GraphOptimization graphOptimization() {
    return graphOptimization;
  }

  /**
   * Whether the shapes that an MLflow signature tells take the place of dynamic dimensions, and where
   * it leaves some open those of the saved input example, all but its number of rows.
   *
   * @return false by default
   */
  public boolean shapesFromSignature() {
    return shapesFromSignature;
  }

  /**
   * Which of a model's signatures is converted.
   *
   * @return its name; empty for {@code serving_default}, or the first by name where there is none
   */
  public Optional<String> signature() {
    return Optional.ofNullable(signature);
  }

  /**
   * Which of a SavedModel's graphs is converted, by its tags. All of a graph's tags are given, in any
   * order, as TensorFlow's {@code tf.saved_model.load} wants them.
   *
   * @return the tags; empty for the graph with the tag {@code serve} alone, or the only one
   */
  public List<String> savedModelTags() {
    return savedModelTags;
  }

  /**
   * Further arguments for an engine that has a command line, passed on as they are.
   *
   * @return arguments; none by default
   */
  public List<String> arguments() {
    return arguments;
  }

  /**
   * Whether nothing in these options changes the graph, so that the model is only written anew.
   *
   * @return true for the defaults, and where only the storage of weights is set
   */
  public boolean keepsGraph() {
    return inputs.isEmpty()
        && outputs.isEmpty()
        && batch == null
        && mean.isEmpty()
        && scale.isEmpty()
        && scaleAll == null
        && !reverseChannels
        && layouts.isEmpty()
        && !staticShape;
  }

  /**
   * The options that differ from the defaults, by the Model Optimizer's names and in its spelling:
   * {@link Builder#parameter} makes the same options of them. For a plan, a log, or JSON.
   *
   * @return names and values in a fixed order
   */
  public Map<String, String> parameters() {
    return OptionPrinter.parameters(this);
  }

  /**
   * The options that differ from the defaults, for a plan or a log.
   *
   * @return {@code name=value} each, in a fixed order
   */
  public List<String> describe() {
    return parameters().entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OptimizationOptions that
        && inputsChosen == that.inputsChosen
        && parameters().equals(that.parameters());
  }

  @Override
  public int hashCode() {
    return parameters().hashCode();
  }

  @Override
  public String toString() {
    return describe().isEmpty() ? "none" : String.join(" ", describe());
  }

  /** Builds {@link OptimizationOptions}; not thread-safe. */
  public static final class Builder {
    /** The parameters' texts by their names. */
    private final Map<String, String> given = new HashMap<>();

    private final List<InputEdit> edits = new ArrayList<>();
    private final List<PartialShape> shapes = new ArrayList<>();
    private boolean inputsChosen;
    private final List<String> outputs = new ArrayList<>();
    private @Nullable Long batch;
    private final List<ChannelValues> mean = new ArrayList<>();
    private final List<ChannelValues> scale = new ArrayList<>();
    private @Nullable Double scaleAll;
    private boolean reverseChannels;
    private final List<LayoutChange> layouts = new ArrayList<>();
    private final List<LayoutChange> sources = new ArrayList<>();
    private final List<LayoutChange> targets = new ArrayList<>();
    private boolean staticShape;
    private @Nullable WeightCompression compression;
    private GraphOptimization graphOptimization = GraphOptimization.RUNTIME;
    private boolean shapesFromSignature;
    private @Nullable String signature;
    private final List<String> savedModelTags = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();

    private Builder() {}

    /**
     * Sets a parameter as the Model Optimizer's command line spells it, of 2021 or of 2022 and later. A
     * name with characters of that syntax in it, such as {@code /enc/x[0]}, stands in double quotes, where
     * a backslash takes the next character as it is.
     *
     * @param name its name without dashes, for instance {@code input_shape}
     * @param value its value, for instance {@code [1,3,224,224]}
     * @return this builder
     * @throws BadRequestException if there is no such parameter, it was given another value before,
     *     or the value cannot be read; the error names the column
     */
    public Builder parameter(String name, String value) {
      String before = given.putIfAbsent(name, value);
      if (before != null) {
        requireSame(name, before, value);
        return this;
      }
      OptionParser parser = new OptionParser(name, value);
      switch (name) {
        case "input_shape" -> shapes.addAll(parser.shapes());
        case "input" -> {
          List<InputEdit> named = parser.inputs();
          inputsChosen |= named.stream().anyMatch(edit -> !edit.name().isEmpty());
          edits.addAll(named);
        }
        case "freeze_placeholder_with_value" ->
          parser.frozen().forEach(frozen -> OptionRules.freeze(edits, frozen));
        case "output" -> outputs.addAll(parser.names());
        case "batch" -> batch = parser.batch();
        case "mean_values" -> mean.addAll(parser.channelValues(false));
        case "scale_values" -> scale.addAll(parser.channelValues(true));
        case "scale" -> scaleAll = parser.scale();
        case "reverse_input_channels" -> reverseChannels = parser.flag();
        case "layout" -> layouts.addAll(parser.layouts());
        case "source_layout" -> sources.addAll(parser.layoutsOf(true));
        case "target_layout" -> targets.addAll(parser.layoutsOf(false));
        case "static_shape" -> staticShape = parser.flag();
        case "saved_model_tags" -> savedModelTags(parser.names());
        case "signature" -> signature(parser.signature());
        case "data_type" -> compression(parser.dataType());
        case "compress_to_fp16" -> compressToFp16(parser.flag());
        default ->
          throw OptionText.refused(
              name,
              "there is no such parameter",
              Problem.nearest(name, PARAMETERS)
                  .map(near -> "did you mean " + near + "?")
                  .orElse("use one of " + String.join(", ", PARAMETERS)));
      }
      return this;
    }

    private static void requireSame(String name, String before, String value) {
      OptimizationOptions one = builder().parameter(name, before).build();
      if (!one.equals(builder().parameter(name, value).build())) {
        throw OptionText.refused(
            name, "it is given twice: \"" + before + "\" and \"" + value + "\"", "give it once");
      }
    }

    /**
     * Shapes the model's inputs, in their order.
     *
     * @param values a shape for each input that is not frozen
     * @return this builder
     */
    public Builder inputShapes(List<PartialShape> values) {
      shapes.addAll(values);
      return this;
    }

    /**
     * Changes inputs; others stay as they are.
     *
     * @param values the edits
     * @return this builder
     */
    public Builder editInputs(List<InputEdit> values) {
      edits.addAll(values);
      return this;
    }

    /**
     * Chooses the converted model's inputs, in this order; of ONNX the model's own inputs keep theirs. A
     * tensor inside the model becomes an input, and what computed it is cut off; an input that is not named
     * stays only where an output needs it.
     *
     * @param values the inputs, with names
     * @return this builder
     */
    public Builder chooseInputs(List<InputEdit> values) {
      edits.addAll(values);
      inputsChosen = true;
      return this;
    }

    /**
     * Chooses the converted model's outputs, in this order. A tensor inside the model becomes an
     * output, and what is behind it is cut off.
     *
     * @param names tensors or operations, {@code operation:port} for one of several results
     * @return this builder
     */
    public Builder outputs(List<String> names) {
      outputs.addAll(names);
      return this;
    }

    /**
     * Sets the batch dimension of every input.
     *
     * @param size a number above 0
     * @return this builder
     */
    public Builder batch(long size) {
      batch = new OptionParser("batch", Long.toString(size)).batch();
      return this;
    }

    /**
     * Subtracts from the inputs' channels.
     *
     * @param values all with names or all without
     * @return this builder
     */
    public Builder mean(List<ChannelValues> values) {
      mean.addAll(values);
      return this;
    }

    /**
     * Divides the inputs' channels, after the mean was subtracted.
     *
     * @param values all with names or all without, no 0 among them
     * @return this builder
     */
    public Builder scale(List<ChannelValues> values) {
      scale.addAll(values);
      return this;
    }

    /**
     * Divides every floating-point input.
     *
     * @param divisor a number other than 0
     * @return this builder
     */
    public Builder scaleAll(double divisor) {
      scaleAll = new OptionParser("scale", Double.toString(divisor)).scale();
      return this;
    }

    /**
     * Reverses the order of three channels.
     *
     * @param reverse false by default
     * @return this builder
     */
    public Builder reverseChannels(boolean reverse) {
      reverseChannels = reverse;
      return this;
    }

    /**
     * Tells or changes layouts.
     *
     * @param values all with names or all without
     * @return this builder
     */
    public Builder layouts(List<LayoutChange> values) {
      layouts.addAll(values);
      return this;
    }

    /**
     * Computes ahead what depends on shapes alone.
     *
     * @param fold false by default
     * @return this builder
     */
    public Builder staticShape(boolean fold) {
      staticShape = fold;
      return this;
    }

    /**
     * Sets how weights are stored.
     *
     * @param value {@link WeightCompression#NONE} by default
     * @return this builder
     * @throws BadRequestException if it was set otherwise before
     */
    public Builder compression(WeightCompression value) {
      if (compression != null && compression != value) {
        throw OptionText.refused(
            "data_type", "data_type and compress_to_fp16 say different things", "give one of them");
      }
      compression = value;
      return this;
    }

    /**
     * Stores 32-bit weights as 16-bit floats.
     *
     * @param compress false by default
     * @return this builder
     */
    public Builder compressToFp16(boolean compress) {
      return compression(compress ? WeightCompression.FP16 : WeightCompression.NONE);
    }

    /**
     * Sets when the graph is simplified.
     *
     * @param value {@link GraphOptimization#RUNTIME} by default
     * @return this builder
     */
    public Builder graphOptimization(GraphOptimization value) {
      graphOptimization = value;
      return this;
    }

    /**
     * Puts the shapes that an MLflow signature and a saved input example tell in the place of dynamic
     * dimensions.
     *
     * @param use false by default
     * @return this builder
     */
    public Builder shapesFromSignature(boolean use) {
      shapesFromSignature = use;
      return this;
    }

    /**
     * Chooses one of the model's signatures.
     *
     * @param name its name
     * @return this builder
     */
    public Builder signature(String name) {
      signature = name;
      return this;
    }

    /**
     * Chooses one of a SavedModel's graphs.
     *
     * @param tags all of its tags
     * @return this builder
     */
    public Builder savedModelTags(List<String> tags) {
      savedModelTags.clear();
      savedModelTags.addAll(tags);
      return this;
    }

    /**
     * Adds arguments for an engine that has a command line.
     *
     * @param values arguments, passed on as they are
     * @return this builder
     */
    public Builder arguments(List<String> values) {
      arguments.addAll(values);
      return this;
    }

    /**
     * The options.
     *
     * @return an immutable value
     * @throws BadRequestException if options exclude each other
     */
    public OptimizationOptions build() {
      boolean shaped =
          edits.stream().anyMatch(edit -> edit.shape() != null && edit.value() == null);
      OptionRules.exclude("batch", batch != null, "input_shape", !shapes.isEmpty());
      OptionRules.exclude("batch", batch != null, "shapes in input", shaped);
      OptionRules.exclude("input_shape", !shapes.isEmpty(), "shapes in input", shaped);
      OptionRules.exclude("scale", scaleAll != null, "scale_values", !scale.isEmpty());
      OptionRules.exclude("layout", !layouts.isEmpty(), "source_layout", !sources.isEmpty());
      OptionRules.exclude("layout", !layouts.isEmpty(), "target_layout", !targets.isEmpty());
      OptionRules.requireFloats("mean_values", mean, false);
      OptionRules.requireFloats("scale_values", scale, true);
      if (inputsChosen) {
        OptionRules.requireOneForEach("mean_values", mean, edits);
        OptionRules.requireOneForEach("scale_values", scale, edits);
      }
      List<InputEdit> inputs = OptionRules.shaped(edits, shapes);
      OptionRules.requireDimensions(inputs);
      List<LayoutChange> told = layouts.isEmpty() ? OptionRules.merged(sources, targets) : layouts;
      return new OptimizationOptions(this, inputs, told);
    }
  }
}
