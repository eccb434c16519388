package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.cli.terminal.Style;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands as picocli knows them. Nothing else of the hot path may touch picocli's classes. */
final class Picocli {
  private Picocli() {}

  /**
   * Reads a command line and does what it says.
   *
   * @param arguments the command line
   * @param context what the command works with
   * @return what the process ends with
   * @throws UsageException if the command line is wrong
   */
  static ExitCode call(String[] arguments, Context context) {
    try {
      CommandLine.ParseResult parsed =
          commandLine(arguments.length == 0 ? null : arguments[0]).parseArgs(arguments);
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      CommandLine chosen = parsed.commandSpec().commandLine();
      if (parsed.isUsageHelpRequested()) {
        context.streams().result(help(chosen, context));
        return ExitCode.OK;
      }
      return chosen.<Command>getCommand().call(context);
    } catch (ParameterException e) {
      throw usage(e);
    }
  }

  /**
   * All commands or one.
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
        VersionsCommand.NAME,
        RollbackCommand.NAME,
        CopyCommand.NAME,
        LsCommand.NAME,
        DoctorCommand.NAME,
        StoresCommand.NAME,
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
      case VersionsCommand.NAME -> new VersionsCommand();
      case RollbackCommand.NAME -> new RollbackCommand();
      case CopyCommand.NAME -> new CopyCommand();
      case LsCommand.NAME -> new LsCommand();
      case DoctorCommand.NAME -> new DoctorCommand();
      case StoresCommand.NAME -> new StoresCommand();
      case EngineCommand.NAME -> new EngineCommand();
      case VersionCommand.NAME -> new VersionCommand();
      case CompletionCommand.NAME -> new CompletionCommand();
      case HelpCommand.NAME -> new HelpCommand();
      default -> null;
    };
  }

  private static final Pattern CHOICES =
      Pattern.compile("expected one of \\[[^\\]]*\\]( \\(case-insensitive\\))?");

  static String help(CommandLine command, Context context) {
    Style style = context.display().outStyle();
    return command.getUsageMessage(style.colored() ? Ansi.ON : Ansi.OFF);
  }

  private static UsageException usage(ParameterException error) {
    CommandLine command = error.getCommandLine();
    String message = error.getMessage() == null ? "wrong arguments" : error.getMessage();
    String summary = plain(message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1));
    String advice = null;
    if (error instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      summary = unmatched(argument, command);
      advice = nearest(argument, unmatched.getSuggestions());
    }
    if (error instanceof MissingParameterException missing
        && missing.getMissing().size() == 1
        && missing.getMissing().get(0) instanceof OptionSpec option
        && message.contains("but found")) {
      advice = "write " + option.longestName() + "='…' for a value that is called as an option is";
    }
    return new UsageException(summary, advice, command.getCommandSpec().qualifiedName(" "));
  }

  /** Picocli speaks of Java's types, and of constants as they are written in Java. */
  private static String plain(String message) {
    return CHOICES
        .matcher(message
            .replaceFirst(" is not an? (int|long)$", " is no whole number")
            .replaceFirst(" is not a double$", " is no number"))
        .replaceFirst(choices -> Matcher.quoteReplacement(
            choices.group().toLowerCase(Locale.ROOT).replace(" (case-insensitive)", "")));
  }

  /** An argument that nobody knows may hold a secret: in a URL, or as the value of an option. */
  private static String shown(String argument) {
    int equals = argument.indexOf('=');
    if (argument.startsWith("-")) {
      return equals < 0 ? argument : argument.substring(0, equals);
    }
    try {
      return argument.contains(":/") ? Location.of(argument).toString() : argument;
    } catch (BadRequestException e) {
      return "…";
    }
  }

  /** Of those that picocli finds similar the one of nearest length, for most mistakes are small. */
  private static @Nullable String nearest(String argument, List<String> similar) {
    int equals = argument.indexOf('=');
    int length = equals < 0 ? argument.length() : equals;
    return similar.stream()
        .min(Comparator.comparingInt(each -> Math.abs(each.length() - length)))
        .map(each -> "did you mean " + each + "?")
        .orElse(null);
  }

  /** What the first argument was taken for that nothing takes. */
  private static String unmatched(String argument, CommandLine command) {
    String quoted = " '" + shown(argument) + "'";
    if (argument.startsWith("-")) {
      return "unknown option" + quoted;
    }
    return command.getSubcommands().isEmpty()
        ? "one argument too many:" + quoted
        : "unknown command" + quoted;
  }
}
