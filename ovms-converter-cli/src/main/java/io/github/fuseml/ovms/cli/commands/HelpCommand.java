package io.github.fuseml.ovms.cli.commands;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Shows the help of a command. */
@CommandLine.Command(
    name = HelpCommand.NAME,
    header = "Show the help of a command, or of all.",
    footer = {
      "%nExamples:",
      "    ovms-converter help convert",
      "    ovms-converter help engine info"
    })
final class HelpCommand extends Command {
  static final String NAME = "help";

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The command; without one the list of commands is shown.")
  List<String> path = new ArrayList<>();

  @Override
  ExitCode call(Context context) {
    CommandLine command = Picocli.commandLine(null);
    for (String name : path) {
      CommandLine next = command.getSubcommands().get(name);
      if (next == null) {
        throw new UsageException("unknown command '" + name + "'", null, RootCommand.NAME);
      }
      command = next;
    }
    context.streams().result(Picocli.help(command, context));
    return ExitCode.OK;
  }
}
