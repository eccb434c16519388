package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.render.Display;
import io.github.fuseml.ovms.cli.render.ProgressMode;
import io.github.fuseml.ovms.cli.render.Verbosity;
import io.github.fuseml.ovms.cli.terminal.ColorMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command shows what it does. */
final class DisplayOptions implements QuickOptions {
  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = {
        "How progress is shown on the standard error: ${COMPLETION-CANDIDATES}.",
        "auto (default): a bar on a terminal, a line for each stage elsewhere."
      })
  ProgressMode progress = ProgressMode.AUTO;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = {
        "When to use colours: ${COMPLETION-CANDIDATES}.",
        "auto (default): on a terminal, unless NO_COLOR is set."
      })
  ColorMode color = ColorMode.AUTO;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show nothing but errors and, on one line, the result.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show the engine's own output, and stack traces of errors.")
  boolean verbose;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = {
        "How much is shown, as the Model Optimizer names it:",
        "CRITICAL, ERROR, WARN, WARNING, INFO, DEBUG or NOTSET."
      })
  @Nullable
  String logLevel;

  @Override
  public boolean flag(String name) {
    switch (name) {
      case "--quiet" -> quiet = true;
      case "--verbose" -> verbose = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--progress" -> progress = ProgressMode.valueOf(value.toUpperCase(Locale.ROOT));
      case "--log-level" -> logLevel = value;
      case "--color" -> color = ColorMode.valueOf(value.toUpperCase(Locale.ROOT));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Takes the way that a variable names, unless an option does; an empty value means unset. */
  void logFormat(String value, String variable) {
    boolean json = switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "", "lines" -> false;
      case "json" -> true;
      default ->
        throw new BadRequestException(Problem.of("choose the log's format")
            .on(variable)
            .found("'" + value + "' is none")
            .remedy("use lines or json"));
    };
    if (json && progress == ProgressMode.AUTO) {
      progress = ProgressMode.JSON;
    }
  }

  /** The display, where {@code other} says how much is shown unless an option does. */
  Display display(Context context, @Nullable Verbosity other) {
    Verbosity verbosity = other == null ? Verbosity.NORMAL : other;
    if (logLevel != null) {
      verbosity = Verbosity.ofLogLevel(logLevel)
          .orElseThrow(() -> new UsageException(
              "--log-level " + logLevel + ": there is no such level",
              "use one of " + Verbosity.LOG_LEVELS,
              RootCommand.NAME));
    }
    if (verbose) {
      verbosity = Verbosity.VERBOSE;
    } else if (quiet) {
      verbosity = Verbosity.QUIET;
    }
    return new Display(context.display().terminals(), color, progress, verbosity);
  }
}
