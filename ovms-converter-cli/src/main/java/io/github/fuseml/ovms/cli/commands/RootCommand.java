package io.github.fuseml.ovms.cli.commands;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The program. */
@CommandLine.Command(
    name = RootCommand.NAME,
    synopsisSubcommandLabel = "COMMAND",
    header = "Convert trained models to OpenVINO IR, for OpenVINO Model Server.",
    description = {
      "%nFinds out what a model is (ONNX, TensorFlow, TensorFlow Lite, PaddlePaddle, OpenVINO IR, "
          + "or an MLflow model of these), converts it and publishes it as a new version.%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter convert mnist.onnx --output models/mnist",
      "    ovms-converter inspect saved_model/",
      "    ovms-converter help convert"
    })
final class RootCommand extends Command {
  static final String NAME = "ovms-converter";

  // Answered before picocli is loaded; here for the help.
  @Option(
      names = {"-V", "--version"},
      order = 1001,
      description = "Show the versions.")
  boolean version;

  @Override
  ExitCode call(Context context) {
    if (!version) {
      throw new UsageException(
          "no command was given", "use one of: " + String.join(", ", Picocli.names()), NAME);
    }
    context.streams().result(Versions.text(false));
    return ExitCode.OK;
  }
}
