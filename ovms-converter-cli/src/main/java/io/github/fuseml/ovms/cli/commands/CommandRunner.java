package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.terminal.Style;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads a command line, calls the command, and reports what goes wrong. */
public final class CommandRunner {
  private final Context context;

  /**
   * A runner.
   *
   * @param context what the command works with
   */
  public CommandRunner(Context context) {
    this.context = context;
  }

  /**
   * Runs a command.
   *
   * @param arguments the command line
   * @return the process's exit code
   */
  public int run(String[] arguments) {
    try {
      call(arguments);
      return ExitCode.OK.code();
    } catch (ParameterException e) {
      return wrongUsage(e);
    } catch (Throwable e) {
      // Also errors of the machine: whatever happens, the user gets lines that say what.
      return failed(e);
    }
  }

  private void call(String[] arguments) {
    CommandLine root = commandLine(arguments.length == 0 ? null : arguments[0]);
    CommandLine.ParseResult parsed = root.parseArgs(arguments);
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    CommandLine chosen = parsed.commandSpec().commandLine();
    if (parsed.isUsageHelpRequested()) {
      context.streams().result(help(chosen, context));
      return;
    }
    try {
      chosen.<Command>getCommand().call(context);
    } catch (MissingCommandException e) {
      throw new ParameterException(chosen, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The commands as picocli knows them.
   *
   * @param wanted the command that will be called: reading the annotations of all takes its time
   * @return the root with that command alone, with all if it is none of them
   */
  static CommandLine commandLine(@Nullable String wanted) {
    CommandLine root = new CommandLine(new RootCommand());
    Command single = wanted == null ? null : create(wanted);
    if (wanted != null && single != null) {
      root.addSubcommand(wanted, single);
    } else {
      for (String name : names()) {
        Command each = create(name);
        if (each != null) {
          root.addSubcommand(name, each);
        }
      }
      root.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
      root.getCommandSpec().usageMessage().exitCodeList(ExitCode.table());
    }
    return root.setExpandAtFiles(false).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** The commands in the order of the help. */
  static List<String> names() {
    return List.of(
        ConvertCommand.NAME,
        InspectCommand.NAME,
        RunCommand.NAME,
        EngineCommand.NAME,
        VersionCommand.NAME,
        CompletionCommand.NAME,
        HelpCommand.NAME);
  }

  private static @Nullable Command create(String name) {
    return switch (name) {
      case ConvertCommand.NAME -> new ConvertCommand();
      case InspectCommand.NAME -> new InspectCommand();
      case RunCommand.NAME -> new RunCommand();
      case EngineCommand.NAME -> new EngineCommand();
      case VersionCommand.NAME -> new VersionCommand();
      case CompletionCommand.NAME -> new CompletionCommand();
      case HelpCommand.NAME -> new HelpCommand();
      default -> null;
    };
  }

  static String help(CommandLine command, Context context) {
    Style style = context.display().outStyle();
    return command.getUsageMessage(style.colored() ? Ansi.ON : Ansi.OFF);
  }

  private int wrongUsage(ParameterException error) {
    CommandLine command = error.getCommandLine();
    String advice = null;
    if (error.getCause() instanceof MissingCommandException) {
      advice = "use one of: " + String.join(", ", command.getSubcommands().keySet());
    } else if (error instanceof UnmatchedArgumentException unmatched) {
      List<String> similar = unmatched.getSuggestions();
      if (!similar.isEmpty()) {
        int end = Math.min(2, similar.size());
        advice = "did you mean " + String.join(" or ", similar.subList(0, end)) + "?";
      }
    }
    int code = ExitCode.BAD_REQUEST.code();
    String hint = command.getCommandSpec().qualifiedName(" ") + " --help";
    String summary = String.valueOf(error.getMessage());
    context.streams().message(context.display().errors().usage(summary, advice, hint, code));
    return code;
  }

  private int failed(Throwable error) {
    Throwable shown = error;
    if (context.cancellation().isCancelled() && !(error instanceof ConversionCancelledException)) {
      // A signal reaches the engine too: what it says of its own end is not the reason.
      shown = new ConversionCancelledException(
          Problem.of("go on").found("the program was told to stop"), error);
    }
    int code = ExitCode.of(shown).code();
    context.streams().message(context.display().errors().render(shown, code));
    return code;
  }
}
