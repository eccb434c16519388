package io.github.fuseml.ovms.cli.commands;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Prints a completion script. */
@CommandLine.Command(
    name = CompletionCommand.NAME,
    header = "Print a script that completes commands and options in a shell.",
    description = "%nOne script serves both shells.%n",
    footer = {
      "%nExamples:",
      "  For this shell:",
      "    source <(ovms-converter completion bash)",
      "  For every new zsh:",
      "    echo 'source <(ovms-converter completion zsh)' >> ~/.zshrc"
    })
final class CompletionCommand extends Command {
  static final String NAME = "completion";

  /** The shells that the script is for. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
  Shell shell = Shell.bash;

  @Override
  ExitCode call(Context context) {
    context.streams().result(AutoComplete.bash(RootCommand.NAME, Picocli.commandLine(null)) + "\n");
    return ExitCode.OK;
  }
}
