package io.github.fuseml.ovms.cli.commands;

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
      return call(arguments).code();
    } catch (UsageException e) {
      return wrongUsage(e, arguments.length > 0 && arguments[0].equals(RunCommand.NAME));
    } catch (Throwable e) {
      // Also errors of the machine: whatever happens, the user gets lines that say what.
      return failed(e);
    }
  }

  /** Picocli comes last, for loading it takes longer than everything else. */
  private ExitCode call(String[] arguments) {
    String versions = Versions.answer(arguments);
    if (versions != null) {
      context.streams().result(versions);
      return ExitCode.OK;
    }
    Command plain = QuickParser.parse(arguments);
    return plain == null ? Picocli.call(arguments, context) : plain.call(context);
  }

  private int wrongUsage(UsageException error, boolean step) {
    int code = ExitCode.BAD_REQUEST.code();
    if (step) {
      RunCommand.wrongUsage(error, context);
    }
    String text = context.errors().usage(error.summary(), error.advice(), error.hint(), code);
    context.streams().message(text);
    return code;
  }

  private int failed(Throwable error) {
    Throwable shown = context.reason(error);
    int code = ExitCode.of(shown).code();
    context.streams().message(context.errors().render(shown, code));
    return code;
  }
}
