package io.github.fuseml.ovms.cli;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.cli.commands.CommandRunner;
import io.github.fuseml.ovms.cli.commands.Context;
import io.github.fuseml.ovms.cli.engine.WarmConverterSource;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import java.util.Map;

/**
 * Starts the program.
 *
 * <p>The order matters, for the start is a good part of a small conversion's time: the engine first,
 * in the background; then everything else, with as few classes as possible.
 */
public final class Main {
  private static final String TUNNELING = "jdk.http.auth.tunneling.disabledSchemes";

  private Main() {}

  /**
   * Runs the program and ends the process.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    int code = run(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] arguments) {
    // What the stores' libraries log has no reader here; SLF4J would complain of that to the user.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    // Java tells a proxy's password to nobody when it asks for a tunnel; here a user has set it.
    if (System.getProperty(TUNNELING) == null) {
      System.setProperty(TUNNELING, "");
    }
    try (WarmConverterSource converters = WarmConverterSource.start(arguments)) {
      return run(arguments, converters);
    }
  }

  private static int run(String[] arguments, WarmConverterSource converters) {
    Streams streams = Streams.system();
    Cancellation cancellation = new Cancellation();
    SignalGuard guard = SignalGuard.install(cancellation, streams);
    try {
      Map<String, String> environment = System.getenv();
      Context context = new Context(
          environment, Terminals.detect(environment), streams, converters, cancellation);
      return new CommandRunner(context).run(arguments);
    } finally {
      guard.finished();
    }
  }
}
