package io.github.fuseml.ovms.cli.commands;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain command lines of the commands that should start fast. Whatever is not plain (help,
 * a mistake, clustered short options) is left to picocli, which reads it all again and knows how to
 * explain it. A test holds both to the same understanding.
 */
final class QuickParser {
  private QuickParser() {}

  /**
   * Reads a command line.
   *
   * @param arguments the command and its arguments
   * @return the command, ready to be called; null to let picocli do it
   */
  static @Nullable Command parse(String[] arguments) {
    if (arguments.length == 0) {
      return null;
    }
    Command command = switch (arguments[0]) {
      case ConvertCommand.NAME -> new ConvertCommand();
      case InspectCommand.NAME -> new InspectCommand();
      case RunCommand.NAME -> new RunCommand();
      case CopyCommand.NAME -> new CopyCommand();
      case LsCommand.NAME -> new LsCommand();
      case VersionsCommand.NAME -> new VersionsCommand();
      default -> null;
    };
    try {
      return command instanceof QuickOptions options && fill(options, arguments) ? command : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean fill(QuickOptions options, String[] arguments) {
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("-")) {
        if (!options.positional(argument)) {
          return false;
        }
        continue;
      }
      int equals = argument.indexOf('=');
      String name = longName(equals < 0 ? argument : argument.substring(0, equals));
      if (!seen.add(name) && !isRepeatable(name)) {
        return false;
      }
      if (equals < 0 && options.flag(name)) {
        continue;
      }
      if (equals < 0 && ++i == arguments.length) {
        return false;
      }
      String value = equals < 0 ? arguments[i] : argument.substring(equals + 1);
      if (value.isEmpty() || value.startsWith("-") || !options.value(name, value)) {
        return false;
      }
    }
    return options.complete();
  }

  private static boolean isRepeatable(String name) {
    return name.equals("--input-setting")
        || name.equals("--output-setting")
        || name.equals("--setting");
  }

  private static String longName(String name) {
    return switch (name) {
      case "-o" -> "--output";
      case "-l" -> "--long";
      case "-q" -> "--quiet";
      case "-v" -> "--verbose";
      default -> name;
    };
  }
}
