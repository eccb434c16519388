package io.github.fuseml.ovms.cli.commands;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Tells the versions. */
@CommandLine.Command(
    name = VersionCommand.NAME,
    header = "Tell the program's version and Java's.",
    description = "%nThe engine's version is told by 'engine info'.%n",
    footer = {"%nExamples:", "    ovms-converter version", "    ovms-converter version --json"})
final class VersionCommand extends Command {
  static final String NAME = "version";

  @Option(names = "--json", description = "Print the versions as one JSON document.")
  boolean json;

  @Override
  ExitCode call(Context context) {
    context.streams().result(Versions.text(json));
    return ExitCode.OK;
  }
}
