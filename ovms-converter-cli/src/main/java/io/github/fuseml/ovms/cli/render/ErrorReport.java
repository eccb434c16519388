package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.IncompleteCopyException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Errors in two or three lines: what went wrong, and what to do next. */
public final class ErrorReport {
  private static final String CANCELLED = "cancelled";

  private final Style style;
  private final boolean traces;
  private final boolean json;
  private final UnaryOperator<String> words;

  /**
   * A way to report.
   *
   * @param style the colours of the standard error
   * @param traces whether stack traces are shown
   * @param json whether one JSON object takes the place of the lines
   */
  public ErrorReport(Style style, boolean traces, boolean json) {
    this(style, traces, json, UnaryOperator.identity());
  }

  private ErrorReport(Style style, boolean traces, boolean json, UnaryOperator<String> words) {
    this.style = style;
    this.traces = traces;
    this.json = json;
    this.words = words;
  }

  /**
   * The same, with other words for what to do next.
   *
   * @param translation what becomes of each advice
   * @return a report
   */
  public ErrorReport with(UnaryOperator<String> translation) {
    return new ErrorReport(style, traces, json, translation);
  }

  /**
   * What is shown of an error.
   *
   * @param error what was thrown
   * @param exitCode the code that the process ends with
   * @return lines for the standard error
   */
  public String render(Throwable error, int exitCode) {
    String trace = traces ? trace(error) : null;
    if (json) {
      return jsonLine(error, exitCode, trace);
    }
    String text = error instanceof ConversionCancelledException
        ? CANCELLED + "\n"
        : lines(summary(error), advice(error), null);
    return trace == null ? text : text + trace;
  }

  /**
   * The same in one paragraph, for where there is no room for more.
   *
   * @param error what was thrown
   * @return sentences without a line break
   */
  public String paragraph(Throwable error) {
    if (error instanceof ConversionCancelledException) {
      return CANCELLED;
    }
    String advice = advice(error);
    String summary = summary(error);
    String text = advice == null ? summary : summary + "; to do: " + advice;
    return Text.printable(text.replaceAll("\\s+", " "));
  }

  /**
   * A wrong command line in one paragraph.
   *
   * @param summary what is wrong with it
   * @param hint the command that tells more
   * @return sentences without a line break
   */
  public static String paragraph(String summary, String hint) {
    return Text.printable((summary + "; to do: try " + hint).replaceAll("\\s+", " "));
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
    if (json) {
      String told = advice == null ? "try: " + hint : advice;
      return error(summary, told, exitCode, false).end();
    }
    return lines(summary, advice, hint);
  }

  private String jsonLine(Throwable error, int exitCode, @Nullable String trace) {
    boolean retryable = error instanceof OvmsConverterException known && known.isRetryable();
    JsonText line = error instanceof ConversionCancelledException
        ? JsonText.line().put("event", CANCELLED)
        : error(summary(error), advice(error), exitCode, retryable);
    if (error instanceof IncompleteCopyException copy) {
      line.put("replaced", copy.replaced())
          .put("lost", copy.lost())
          .put("unchanged", copy.unchanged());
    }
    return trace == null ? line.end() : line.put("trace", trace).end();
  }

  private static String summary(Throwable error) {
    String summary = error instanceof OvmsConverterException known
        ? known.problem().summary()
        : "unexpected: " + error;
    return Masked.urls(summary);
  }

  private @Nullable String advice(Throwable error) {
    String advice = plainAdvice(error);
    return advice == null ? null : words.apply(advice);
  }

  private static @Nullable String plainAdvice(Throwable error) {
    if (!(error instanceof OvmsConverterException known)) {
      return "this is a bug; run it again with --verbose and report what it prints";
    }
    Problem problem = known.problem();
    return problem.remedy() == null && problem.retryable()
        ? "try again: it may be different next time"
        : problem.remedy();
  }

  private static JsonText error(
      String summary, @Nullable String advice, int exitCode, boolean retryable) {
    return JsonText.line()
        .put("event", "error")
        .put("exit_code", exitCode)
        .put("summary", Masked.urls(summary))
        .put("remedy", advice)
        .put("retryable", retryable);
  }

  private String lines(String what, @Nullable String advice, @Nullable String hint) {
    StringBuilder text = new StringBuilder(style.error("error:"));
    text.append(' ').append(Text.printable(Masked.urls(what))).append('\n');
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
