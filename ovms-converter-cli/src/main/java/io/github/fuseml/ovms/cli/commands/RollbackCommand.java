package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.RollbackResult;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.render.Verbosity;
import io.github.fuseml.ovms.cli.render.VersionReport;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Goes back to an older version. */
@CommandLine.Command(
    name = RollbackCommand.NAME,
    header = "Publish an older version's files as the newest.",
    description = {
      "%nOpenVINO Model Server serves the highest number, so an older version is gone back to by "
          + "publishing it again. Nothing is converted, and no version is removed. "
          + "'ovms-converter versions' lists them.%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter rollback models/mnist 3",
      "    ovms-converter rollback s3://models/mnist 3 --json"
    })
final class RollbackCommand extends PlaceCommand {
  static final String NAME = "rollback";

  @Parameters(paramLabel = "N", description = "The version to go back to.")
  long number;

  @Override
  Answer ask(OvmsConverter converter, Location place, StoreSettings with, Context context) {
    RollbackResult result = converter.rollback(place, number, with, context.cancellation());
    if (json) {
      return new Answer(VersionReport.json(result), ExitCode.OK);
    }
    boolean quiet = context.display().verbosity() == Verbosity.QUIET;
    return new Answer(
        quiet
            ? result.versionLocation() + "\n"
            : VersionReport.of(result, context.display().outStyle()),
        ExitCode.OK);
  }
}
