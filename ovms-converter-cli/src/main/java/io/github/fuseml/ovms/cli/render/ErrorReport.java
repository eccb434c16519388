package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** Errors in two or three lines: what went wrong, and what to do next. */
public final class ErrorReport {
  private final Style style;
  private final boolean traces;
  private final boolean json;

  /**
   * A way to report.
   *
   * @param style the colours of the standard error
   * @param traces whether stack traces are shown
   * @param json whether one JSON object takes the place of the lines
   */
  public ErrorReport(Style style, boolean traces, boolean json) {
    this.style = style;
    this.traces = traces;
    this.json = json;
  }

  /**
   * What is shown of an error.
   *
   * @param error what was thrown
   * @param exitCode the code that the process ends with
   * @return lines for the standard error
   */
  public String render(Throwable error, int exitCode) {
    String text;
    if (error instanceof ConversionCancelledException) {
      text = json ? JsonText.line().put("event", "cancelled").end() : "cancelled\n";
    } else if (error instanceof OvmsConverterException known) {
      Problem problem = known.problem();
      text = lines(problem.summary(), advice(problem), null, exitCode, known.isRetryable());
    } else {
      text = lines(
          "unexpected: " + error,
          "this is a bug; run it again with --verbose and report what it prints",
          null,
          exitCode,
          false);
    }
    return traces ? text + trace(error) : text;
  }

  /**
   * What is shown of a wrong command line.
   *
   * @param summary what is wrong with it
   * @param advice what was perhaps meant, null when nothing is similar
   * @param hint the command that tells more
   * @param exitCode the code that the process ends with
   * @return lines for the standard error
   */
  public String usage(String summary, @Nullable String advice, String hint, int exitCode) {
    return lines(summary, advice, hint, exitCode, false);
  }

  private static @Nullable String advice(Problem problem) {
    return problem.remedy() == null && problem.retryable()
        ? "try again: it may be different next time"
        : problem.remedy();
  }

  private String lines(
      String what, @Nullable String advice, @Nullable String hint, int exitCode, boolean retry) {
    String summary = Masked.urls(what);
    if (json) {
      return JsonText.line()
          .put("event", "error")
          .put("exit_code", exitCode)
          .put("summary", summary)
          .put("remedy", advice == null && hint != null ? "try: " + hint : advice)
          .put("retryable", retry)
          .end();
    }
    StringBuilder text = new StringBuilder(style.error("error:"));
    text.append(' ').append(Text.printable(summary)).append('\n');
    if (advice != null) {
      text.append("  ").append(style.arrow()).append(' ').append(Text.printable(advice));
      text.append('\n');
    }
    if (hint != null) {
      text.append("try: ").append(hint).append('\n');
    }
    return text.toString();
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return Masked.urls(Text.printable(text.toString()));
  }
}
