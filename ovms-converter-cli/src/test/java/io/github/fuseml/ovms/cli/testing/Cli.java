package io.github.fuseml.ovms.cli.testing;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.cli.commands.CommandRunner;
import io.github.fuseml.ovms.cli.commands.Context;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this process, with a fake converter behind them. */
public final class Cli {
  public final FakeConverter converter = new FakeConverter();
  public final Cancellation cancellation = new Cancellation();
  public final Map<String, String> environment = new HashMap<>();
  public Terminals terminals = Terminals.NONE;

  /** What a command did. */
  public record Outcome(int code, String out, String err) {}

  public Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Context context =
        new Context(environment, terminals, new Streams(out, err), converter, cancellation);
    int code = new CommandRunner(context).run(arguments);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
