package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.cli.engine.ConverterOptions;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.StoreJson;
import io.github.fuseml.ovms.cli.render.StoreReport;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Tells which stores there are. */
@CommandLine.Command(
    name = StoresCommand.NAME,
    header = "Tell which stores are installed, and their settings.",
    description = {
      "%nShows of each store the schemes of its URLs and its settings: their names, their kinds, "
          + "and the environment variables that they are taken from (for the output of a command "
          + "with OUTPUT_ before the name).%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter stores",
      "  The variables of one store, for a script:",
      "    ovms-converter stores --json | jq '.stores[] | select(.id == \"s3\")'"
    })
final class StoresCommand extends Command {
  static final String NAME = "stores";

  @Option(names = "--json", description = "Print the stores as one JSON document.")
  boolean json;

  @ArgGroup(validate = false, order = 1, heading = "%nThe display:%n")
  DisplayOptions display = new DisplayOptions();

  @Override
  ExitCode call(Context context) {
    context.display(display.display(context, null));
    try (ProgressView progress = context.openProgress();
        OvmsConverter converter = context.converters().open(ConverterOptions.USUAL, progress)) {
      List<StoreInfo> stores = converter.stores();
      context
          .streams()
          .result(
              json
                  ? StoreJson.of(stores)
                  : StoreReport.of(stores, context.display().outStyle()));
    }
    return ExitCode.OK;
  }
}
