package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.cli.parameters.GivenParameters;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the model. */
final class ConversionOptions implements QuickOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = {
        "Where the model's versions go: a directory or a URL.",
        "By default the source itself."
      })
  @Nullable
  String output;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description = {
        "The format to publish: openvino (default),",
        "or the model's own to move it unconverted."
      })
  @Nullable
  String outputFormat;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "The name of the published files. By default the source's name.")
  @Nullable
  String modelName;

  @Option(
      names = "--data-type",
      paramLabel = "TYPE",
      completionCandidates = DataTypes.class,
      description = {
        "How 32-bit weights are stored: ${COMPLETION-CANDIDATES}.",
        "FP16 takes half the space, INT8 a quarter, INT4 less; those",
        "need 'engine install --with compression'. By default they",
        "stay as they are."
      })
  @Nullable
  String dataType;

  @Option(
      names = "--optimizer",
      paramLabel = "ID",
      description = "The engine that converts the model. By default the first that can.")
  @Nullable
  String optimizer;

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--output" -> output = value;
      case "--output-format" -> outputFormat = value;
      case "--model-name" -> modelName = value;
      case "--data-type" -> dataType = value;
      case "--optimizer" -> optimizer = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  void apply(
      ConversionRequest.Builder request, ParameterOptions parameters, Consumer<String> notes) {
    if (output != null) {
      request.output(output);
    }
    if (outputFormat != null) {
      request.outputFormat(format(outputFormat));
    }
    if (modelName != null) {
      request.modelName(modelName);
    }
    OptimizationOptions.Builder options = OptimizationOptions.builder();
    GivenParameters given = new GivenParameters(options);
    if (dataType != null) {
      given.set("--data-type", "data_type", dataType);
    }
    parameters.apply(request, given, optimizer, notes);
    request.options(options.build());
    if (optimizer != null) {
      request.optimizer(optimizer);
    }
  }

  private static ModelFormat format(String text) {
    String id = text.strip().toLowerCase(Locale.ROOT);
    return id.equals(ModelFormat.OPENVINO_IR.id())
        ? ModelFormat.OPENVINO_IR
        : new ModelFormat(id, id);
  }
}
