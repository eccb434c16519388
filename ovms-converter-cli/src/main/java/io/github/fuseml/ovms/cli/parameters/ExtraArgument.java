package io.github.fuseml.ovms.cli.parameters;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The arguments of the Model Optimizer, and what each means today: the one table to add to. */
enum ExtraArgument {
  INPUT_SHAPE(Use.PARAMETER),
  INPUT(Use.PARAMETER),
  OUTPUT(Use.PARAMETER),
  BATCH(Use.PARAMETER, "b"),
  MEAN_VALUES(Use.PARAMETER),
  SCALE_VALUES(Use.PARAMETER),
  SCALE(Use.PARAMETER, "s"),
  LAYOUT(Use.PARAMETER),
  SOURCE_LAYOUT(Use.PARAMETER),
  TARGET_LAYOUT(Use.PARAMETER),
  DATA_TYPE(Use.PARAMETER),
  FREEZE_PLACEHOLDER_WITH_VALUE(Use.PARAMETER),
  REVERSE_INPUT_CHANNELS(Use.SWITCH),
  STATIC_SHAPE(Use.SWITCH),
  COMPRESS_TO_FP16(Use.SWITCH),
  MODEL_NAME(Use.NAME, "n"),
  SAVED_MODEL_TAGS(Use.PARAMETER),

  DISABLE_NHWC_TO_NCHW(Use.NOTHING, "the converter never transposes"),
  USE_NEW_FRONTEND(Use.NOTHING, "there is no other front end"),
  FRAMEWORK(Use.NOTHING_WITH_VALUE, "the format is found by the model's content"),
  LOG_LEVEL(
      Use.NOTHING_WITH_VALUE, "the display's own options decide (FUSEML_LOG_LEVEL, --verbose)"),
  INPUT_MODEL_IS_TEXT(Use.NOTHING, "it is found by the model's content"),
  SILENT(Use.NOTHING, "the display's own options decide"),
  PROGRESS(Use.NOTHING, "the display's own options decide"),
  STREAM_OUTPUT(Use.NOTHING, "the display's own options decide"),
  SHARE_WEIGHTS(Use.NOTHING, "weights are always mapped"),
  LEGACY_IR_GENERATION(Use.NOTHING, "there is one IR version"),
  KEEP_SHAPE_OPS(Use.NOTHING, "shapes stay changeable unless static_shape is set"),
  DISABLE_FUSING(Use.NOTHING, "the server fuses when it loads the model"),
  DISABLE_GFUSING(Use.NOTHING, "the server fuses when it loads the model"),
  FINEGRAIN_FUSING(Use.NOTHING_WITH_VALUE, "the server fuses when it loads the model"),
  DISABLE_RESNET_OPTIMIZATION(Use.NOTHING, "the converter makes no such optimisation"),
  ENABLE_CONCAT_OPTIMIZATION(Use.NOTHING, "the converter makes no such optimisation"),
  DISABLE_WEIGHTS_COMPRESSION(Use.NOTHING, "weights are stored as data_type says"),
  MOVE_TO_PREPROCESS(Use.NOTHING, "mean and scale become a part of the model"),

  INPUT_MODEL(
      Use.ELSEWHERE, "the model is the conversion's source (FUSEML_INPUT_MODEL, SOURCE)", "m", "w"),
  SAVED_MODEL_DIR(
      Use.ELSEWHERE, "the model is the conversion's source (FUSEML_INPUT_MODEL, SOURCE)"),
  INPUT_META_GRAPH(
      Use.ELSEWHERE, "the model is the conversion's source (FUSEML_INPUT_MODEL, SOURCE)"),
  OUTPUT_DIR(
      Use.ELSEWHERE,
      "the result's place is the conversion's output (FUSEML_OUTPUT_MODEL, --output)",
      "o"),
  INPUT_CHECKPOINT(Use.ENGINE),
  USE_LEGACY_FRONTEND(Use.ENGINE),
  EXTENSIONS(Use.ENGINE),
  TRANSFORM(Use.ENGINE),
  TRANSFORMATIONS_CONFIG(Use.ENGINE),
  EXAMPLE_INPUT(Use.ENGINE),
  TENSORFLOW_CUSTOM_OPERATIONS_CONFIG_UPDATE(Use.ENGINE),
  TENSORFLOW_OBJECT_DETECTION_API_PIPELINE_CONFIG(Use.ENGINE),
  TENSORFLOW_CUSTOM_LAYER_LIBRARIES(Use.ENGINE),
  TENSORBOARD_LOGDIR(Use.ENGINE),
  INPUT_PROTO(Use.ENGINE, "d"),
  CAFFE_PARSER_PATH(Use.ENGINE),
  K(Use.ENGINE),
  DISABLE_OMITTING_OPTIONAL(Use.ENGINE),
  ENABLE_FLATTENING_NESTED_PARAMS(Use.ENGINE),
  COUNTS(Use.ENGINE),
  REMOVE_OUTPUT_SOFTMAX(Use.ENGINE),
  REMOVE_MEMORY(Use.ENGINE),

  KEEP_QUANTIZE_OPS_IN_IR(Use.NOTHING, "quantized operations are always kept"),
  GENERATE_EXPERIMENTAL_IR_V10(Use.NOTHING, "there is one IR version"),
  VERSION(Use.GONE, "'ovms-converter engine info' tells the engine's version"),
  HELP(Use.GONE, "'ovms-converter convert --help' tells all parameters", "h"),
  GENERATE_DEPRECATED_IR_V7(Use.GONE, "servers of today load IR of version 10 and later only"),
  BLOBS_AS_INPUTS(Use.GONE, "name the tensors that become inputs with --input"),
  MEAN_FILE(Use.GONE, "give the mean of each channel with --mean_values"),
  MEAN_FILE_OFFSETS(Use.GONE, "give the mean of each channel with --mean_values"),
  TENSORFLOW_SUBGRAPH_PATTERNS(Use.GONE, "choose a part of the graph with --input and --output"),
  TENSORFLOW_OPERATION_PATTERNS(Use.GONE, "choose a part of the graph with --input and --output"),
  OFFLOAD_UNSUPPORTED_OPERATIONS_TO_TF(Use.GONE, "choose a part of the graph with --output"),
  TENSORFLOW_USE_CUSTOM_OPERATIONS_CONFIG(
      Use.GONE, "with --optimizer model-optimizer it is called --transformations_config"),
  INPUT_SYMBOL(Use.GONE, "MXNet's models are no longer converted: export the model to ONNX"),
  ND_PREFIX_NAME(Use.GONE, "MXNet's models are no longer converted: export the model to ONNX"),
  PRETRAINED_MODEL_NAME(
      Use.GONE, "MXNet's models are no longer converted: export the model to ONNX"),
  SAVE_PARAMS_FROM_ND(Use.GONE, "MXNet's models are no longer converted: export the model to ONNX"),
  LEGACY_MXNET_MODEL(Use.GONE, "MXNet's models are no longer converted: export the model to ONNX"),
  ENABLE_SSD_GLUONCV(Use.GONE, "MXNet's models are no longer converted: export the model to ONNX");

  /** What becomes of an argument. */
  enum Use {
    /** An option with a value. */
    PARAMETER,
    /** An option whose value may be left out for true. */
    SWITCH,
    /** The model's name. */
    NAME,
    /** Accepted, changes nothing. */
    NOTHING,
    /** The same, with a value behind it. */
    NOTHING_WITH_VALUE,
    /** Refused: it is given in another way. */
    ELSEWHERE,
    /** Refused: only the legacy engine can. */
    ENGINE,
    /** Refused: not even the legacy engine of 2024 can, but there may be another way. */
    GONE
  }

  private final Use use;
  private final String why;
  private final String letters;

  /** The last arguments are letters that stand for the flag; before them may be why. */
  ExtraArgument(Use use, String... whyAndLetters) {
    this.use = use;
    boolean explained = whyAndLetters.length > 0 && whyAndLetters[0].length() > 1;
    this.why = explained ? whyAndLetters[0] : "";
    StringBuilder all = new StringBuilder();
    for (int i = explained ? 1 : 0; i < whyAndLetters.length; i++) {
      all.append(whyAndLetters[i]);
    }
    this.letters = all.toString();
  }

  Use use() {
    return use;
  }

  String why() {
    return why;
  }

  /** The name without dashes. */
  String parameter() {
    return name().toLowerCase(Locale.ROOT);
  }

  String flag() {
    return "--" + parameter();
  }

  boolean takesValue() {
    return switch (use) {
      case PARAMETER, NAME, NOTHING_WITH_VALUE -> true;
      default -> false;
    };
  }

  /** The argument of a flag such as {@code --batch} or {@code -b}; null if there is none. */
  static @Nullable ExtraArgument find(String flag) {
    for (ExtraArgument known : values()) {
      boolean letter = flag.length() == 2 && known.letters.indexOf(flag.charAt(1)) >= 0;
      if (letter || known.flag().equalsIgnoreCase(flag)) {
        return known;
      }
    }
    return null;
  }
}
