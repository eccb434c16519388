package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.GraphOptimization;
import io.github.fuseml.ovms.cli.parameters.ExtraArguments;
import io.github.fuseml.ovms.cli.parameters.GivenParameters;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The Model Optimizer's parameters, by its names and in its syntax. {@code output} is called {@code
 * --model-outputs} here, for {@code --output} is where the result goes.
 */
final class ParameterOptions implements QuickOptions {
  /** What each option is called in the Model Optimizer, in the order in which they are applied. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    for (String name : new String[] {
      "input",
      "input_shape",
      "freeze_placeholder_with_value",
      "batch",
      "mean_values",
      "scale_values",
      "scale",
      "reverse_input_channels",
      "layout",
      "source_layout",
      "target_layout",
      "static_shape",
      "compress_to_fp16",
      "saved_model_tags",
      "signature"
    }) {
      NAMES.put("--" + name.replace('_', '-'), name);
    }
    NAMES.put("--model-outputs", "output");
  }

  private final Map<String, String> given = new LinkedHashMap<>();

  @Nullable
  String extraArgs;

  @Nullable
  GraphOptimization graphOptimization;

  @Nullable
  String shapes;

  @Option(
      names = "--input-shape",
      paramLabel = "SHAPES",
      description = {
        "The inputs' shapes in their order, with '?', '-1' and ranges:",
        "  --input-shape '[1,3,224,224],[1..8,?]'"
      })
  void inputShape(@Nullable String value) {
    put("--input-shape", value);
  }

  @Option(
      names = "--input",
      paramLabel = "INPUTS",
      description = {
        "The inputs to have, each with a shape, a type or a value",
        "that it is frozen to; inner ones cut the model:",
        "  --input 'image[1,3,32,32]{f32},conv:1,training->False'"
      })
  void input(@Nullable String value) {
    put("--input", value);
  }

  @Option(
      names = "--model-outputs",
      paramLabel = "NAMES",
      description = {
        "The outputs to have; inner ones cut the model:",
        "  --model-outputs 'logits,split:1'"
      })
  void modelOutputs(@Nullable String value) {
    put("--model-outputs", value);
  }

  @Option(
      names = "--freeze-placeholder-with-value",
      paramLabel = "VALUES",
      description = {
        "Inputs that become constants:",
        "  --freeze-placeholder-with-value 'training->False'"
      })
  void freeze(@Nullable String value) {
    put("--freeze-placeholder-with-value", value);
  }

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "The batch dimension of every input: --batch 1")
  void batch(@Nullable String value) {
    put("--batch", value);
  }

  @Option(
      names = "--mean-values",
      paramLabel = "VALUES",
      description = {
        "What is subtracted from the channels:",
        "  --mean-values 'image(123.7,116.8,103.9)'"
      })
  void meanValues(@Nullable String value) {
    put("--mean-values", value);
  }

  @Option(
      names = "--scale-values",
      paramLabel = "VALUES",
      description = "What the channels are divided by: --scale-values '(58.4,57.1,57.4)'")
  void scaleValues(@Nullable String value) {
    put("--scale-values", value);
  }

  @Option(
      names = "--scale",
      paramLabel = "NUMBER",
      description = "What every input is divided by: --scale 255")
  void scale(@Nullable String value) {
    put("--scale", value);
  }

  @Option(
      names = "--reverse-input-channels",
      description = "Turn RGB into BGR or back, before mean and scale.")
  void reverseInputChannels(boolean value) {
    put("--reverse-input-channels", value ? "true" : null);
  }

  @Option(
      names = "--layout",
      paramLabel = "LAYOUTS",
      description = {
        "What the dimensions mean, and how they shall lie:",
        "  --layout 'image(nhwc->nchw)'"
      })
  void layout(@Nullable String value) {
    put("--layout", value);
  }

  @Option(
      names = "--source-layout",
      paramLabel = "LAYOUTS",
      description = "What the dimensions mean: --source-layout nhwc")
  void sourceLayout(@Nullable String value) {
    put("--source-layout", value);
  }

  @Option(
      names = "--target-layout",
      paramLabel = "LAYOUTS",
      description = "How they shall lie: --target-layout nchw")
  void targetLayout(@Nullable String value) {
    put("--target-layout", value);
  }

  @Option(names = "--static-shape", description = "Compute ahead what depends on shapes alone.")
  void staticShape(boolean value) {
    put("--static-shape", value ? "true" : null);
  }

  @Option(
      names = "--compress-to-fp16",
      description = "Store 32-bit weights as 16-bit floats, as --data-type FP16 does.")
  void compressToFp16(boolean value) {
    put("--compress-to-fp16", value ? "true" : null);
  }

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = {
        "Which of a SavedModel's signatures is converted; by",
        "default serving_default: --signature predict"
      })
  void signature(@Nullable String value) {
    put("--signature", value);
  }

  @Option(
      names = "--saved-model-tags",
      paramLabel = "TAGS",
      description = {
        "Which of a SavedModel's graphs is converted, by all of",
        "its tags; by default serve: --saved-model-tags serve,gpu"
      })
  void savedModelTags(@Nullable String value) {
    put("--saved-model-tags", value);
  }

  @Option(
      names = "--shapes",
      paramLabel = "SOURCE",
      description = {
        "Where shapes of dynamic dimensions come from:",
        "  --shapes from-signature  the MLflow model's signature,",
        "                           and its saved input example"
      })
  void shapes(@Nullable String value) {
    shapes = value;
  }

  @Option(
      names = "--graph-optimization",
      paramLabel = "WHEN",
      description = {
        "When the graph is simplified: runtime (default), by the",
        "server as it loads the model, or offline, as ovc does."
      })
  void graphOptimization(@Nullable GraphOptimization value) {
    graphOptimization = value;
  }

  @Option(
      names = "--extra-args",
      paramLabel = "ARGS",
      description = {
        "Further arguments of the Model Optimizer in one string:",
        "  --extra-args '--layout nhwc --disable_nhwc_to_nchw'"
      })
  void extraArgs(@Nullable String value) {
    extraArgs = value;
  }

  /** Keeps a value; null, which is how the parser takes one back, for none. */
  private void put(String name, @Nullable String value) {
    if (value == null) {
      given.remove(name);
    } else {
      given.put(name, value);
    }
  }

  @Override
  public boolean flag(String name) {
    switch (name) {
      case "--reverse-input-channels", "--static-shape", "--compress-to-fp16" -> put(name, "true");
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--extra-args" -> extraArgs = value;
      case "--shapes" -> shapes = value;
      case "--graph-optimization" ->
        graphOptimization = GraphOptimization.valueOf(value.toUpperCase(Locale.ROOT));
      case "--reverse-input-channels", "--static-shape", "--compress-to-fp16" -> {
        return false;
      }
      default -> {
        if (!NAMES.containsKey(name)) {
          return false;
        }
        given.put(name, value);
      }
    }
    return true;
  }

  void apply(
      ConversionRequest.Builder request,
      GivenParameters parameters,
      @Nullable String optimizer,
      Consumer<String> notes) {
    NAMES.forEach((option, parameter) -> {
      String value = given.get(option);
      if (value != null) {
        parameters.set(option, parameter, value);
      }
    });
    if (shapes != null) {
      if (!shapes.equals("from-signature")) {
        throw new UsageException(
            "--shapes " + shapes + ": there is no such source of shapes",
            "use --shapes from-signature, or --input-shape",
            ConvertCommand.NAME);
      }
      parameters.options().shapesFromSignature(true);
    }
    if (graphOptimization != null) {
      parameters.options().graphOptimization(graphOptimization);
    }
    if (extraArgs != null) {
      new ExtraArguments("--extra-args", parameters, request, notes).read(extraArgs, optimizer);
    }
  }
}
