package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.engine.ConverterSource;
import io.github.fuseml.ovms.cli.render.Display;
import io.github.fuseml.ovms.cli.render.ErrorReport;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What a command works with: its surroundings, which a test can replace. Not thread-safe. */
public final class Context {
  private final Map<String, String> environment;
  private final Streams streams;
  private final ConverterSource converters;
  private final Cancellation cancellation;
  private Display display;
  private UnaryOperator<String> words = UnaryOperator.identity();

  /**
   * Surroundings.
   *
   * @param environment the environment variables
   * @param terminals what the streams are connected to
   * @param streams where results and messages go
   * @param converters where the converter comes from
   * @param cancellation cancels what the command does
   */
  public Context(
      Map<String, String> environment,
      Terminals terminals,
      Streams streams,
      ConverterSource converters,
      Cancellation cancellation) {
    this.environment = environment;
    this.streams = streams;
    this.converters = converters;
    this.cancellation = cancellation;
    this.display = Display.usual(terminals);
  }

  Map<String, String> environment() {
    return environment;
  }

  Streams streams() {
    return streams;
  }

  ConverterSource converters() {
    return converters;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  Display display() {
    return display;
  }

  void display(Display value) {
    display = value;
  }

  /** How errors are reported. */
  ErrorReport errors() {
    return display.errors().with(words);
  }

  /** Has what errors advise said in other words. */
  void words(UnaryOperator<String> translation) {
    words = translation;
  }

  /** What is to be said of an error: after a signal, that is the reason. */
  Throwable reason(Throwable error) {
    if (cancellation.isCancelled() && !(error instanceof ConversionCancelledException)) {
      // A signal reaches the engine too: what it says of its own end is not the reason.
      return new ConversionCancelledException(
          Problem.of("go on").found("the program was told to stop"), error);
    }
    return error;
  }

  /** Does what has no cancellation of its own, and interrupts it when it is cancelled. */
  <T> T interruptibly(Supplier<T> work) {
    Cancellation.Registration cancelling = cancellation.onCancel(Thread.currentThread()::interrupt);
    try {
      return work.get();
    } finally {
      cancelling.close();
    }
  }

  ProgressView openProgress() {
    return display.open(streams, environment);
  }
}
