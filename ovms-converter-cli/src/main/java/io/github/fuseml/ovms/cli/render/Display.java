package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.cli.terminal.ColorMode;
import io.github.fuseml.ovms.cli.terminal.Streams;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import java.util.Map;

/**
 * Everything that decides how a command shows what it does.
 *
 * @param terminals what the streams are connected to
 * @param colors when to use colours
 * @param progress how progress is shown
 * @param verbosity how much is said
 */
public record Display(
    Terminals terminals, ColorMode colors, ProgressMode progress, Verbosity verbosity) {

  /**
   * The way without any option.
   *
   * @param terminals what the streams are connected to
   * @return the usual display
   */
  public static Display usual(Terminals terminals) {
    return new Display(terminals, ColorMode.AUTO, ProgressMode.AUTO, Verbosity.NORMAL);
  }

  /**
   * The same with another verbosity.
   *
   * @param other how much is said
   * @return the display
   */
  public Display with(Verbosity other) {
    return new Display(terminals, colors, progress, other);
  }

  /**
   * How results are decorated.
   *
   * @return the style of the standard output
   */
  public Style outStyle() {
    return terminals.outStyle(colors);
  }

  /**
   * How messages are decorated.
   *
   * @return the style of the standard error
   */
  public Style errStyle() {
    return terminals.errStyle(colors);
  }

  /**
   * How errors are reported.
   *
   * @return the report
   */
  public ErrorReport errors() {
    return new ErrorReport(
        errStyle(), verbosity == Verbosity.VERBOSE, progress == ProgressMode.JSON);
  }

  /**
   * Opens the view of progress.
   *
   * @param streams where it is shown
   * @param environment the environment variables
   * @return a new view
   */
  public ProgressView open(Streams streams, Map<String, String> environment) {
    boolean bar = progress == ProgressMode.BAR
        || (progress == ProgressMode.AUTO && terminals.err() && !terminals.plain());
    if (progress == ProgressMode.JSON) {
      return new JsonProgress(streams, verbosity);
    }
    if (bar && terminals.err() && verbosity.compareTo(Verbosity.NORMAL) >= 0) {
      return new BarProgress(streams, errStyle(), verbosity, environment);
    }
    // A bar that was asked for but cannot be shown is left out, not replaced.
    boolean stages = progress == ProgressMode.PLAIN || progress == ProgressMode.AUTO;
    return new LineProgress(streams, errStyle(), verbosity, stages);
  }
}
