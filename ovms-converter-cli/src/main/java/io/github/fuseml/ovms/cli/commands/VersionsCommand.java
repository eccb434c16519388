package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.render.VersionReport;
import java.util.List;
import picocli.CommandLine;

/** Lists the versions of a model. */
@CommandLine.Command(
    name = VersionsCommand.NAME,
    header = "List the versions of a model, with where they come from.",
    description = {
      "%nPrints number, state, date, digest and source of each version that OpenVINO Model Server "
          + "would count. A version is partial while somebody writes it, or if he was killed.%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter versions models/mnist",
      "  The source of the newest version, for a script:",
      "    ovms-converter versions s3://models/mnist --json | jq -r '.versions[-1].source'"
    })
final class VersionsCommand extends PlaceCommand {
  static final String NAME = "versions";

  @Override
  Answer ask(OvmsConverter converter, Location place, StoreSettings with, Context context) {
    List<ModelVersion> versions = converter.versions(place, with);
    String text = json
        ? VersionReport.json(place, versions)
        : VersionReport.of(versions, context.display().outStyle());
    return new Answer(text, ExitCode.OK);
  }
}
