package io.github.fuseml.ovms.cli.commands;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A command. Its fields are options, filled by picocli before it is called. */
@CommandLine.Command(abbreviateSynopsis = true, synopsisHeading = "%nUsage: ")
abstract class Command {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 1000,
      description = "Show this help.")
  boolean help;

  /**
   * Does the work.
   *
   * @param context what to work with
   * @return what the process ends with, if nothing is thrown
   */
  abstract ExitCode call(Context context);
}
