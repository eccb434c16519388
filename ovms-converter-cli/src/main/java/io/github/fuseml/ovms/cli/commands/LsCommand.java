package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.cli.render.StoreJson;
import io.github.fuseml.ovms.cli.render.StoreReport;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Lists files. */
@CommandLine.Command(
    name = LsCommand.NAME,
    header = "List the files at a location.",
    description = {
      "%nPrints the path of each file below a directory, or the name of the file. "
          + "Ends with code 3 if there is nothing.%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter ls s3://models/mnist",
      "  With sizes, revisions and their total:",
      "    ovms-converter ls -l gs://models/mnist",
      "  The largest file, for a script:",
      "    ovms-converter ls s3://models --json | jq '.files | max_by(.size).path'"
    })
final class LsCommand extends PlaceCommand {
  static final String NAME = "ls";

  @Option(
      names = {"-l", "--long"},
      description = "Show size and revision too, and the total.")
  boolean detailed;

  @Override
  public boolean flag(String name) {
    if (name.equals("--long")) {
      detailed = true;
      return true;
    }
    return super.flag(name);
  }

  @Override
  Answer ask(OvmsConverter converter, Location place, StoreSettings with, Context context) {
    List<StoredArtifact> files = converter.list(place, with);
    String text = json
        ? StoreJson.of(place, files)
        : StoreReport.of(files, detailed, context.display().outStyle());
    return new Answer(text, ExitCode.OK);
  }
}
