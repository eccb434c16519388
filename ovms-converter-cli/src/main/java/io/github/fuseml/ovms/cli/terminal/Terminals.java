package io.github.fuseml.ovms.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the standard streams are connected to.
 *
 * @param out whether the standard output is a terminal
 * @param err whether the standard error is a terminal
 * @param plain whether the terminal understands no control sequences ({@code TERM=dumb})
 * @param noColor whether the user wants no colours ({@code NO_COLOR})
 * @param unicode whether the locale can show more than ASCII
 */
public record Terminals(boolean out, boolean err, boolean plain, boolean noColor, boolean unicode) {

  /**
   * The variable in which a launcher says which descriptors are terminals, by their digits: {@code
   * 12} for both, {@code 2} for the standard error alone, {@code 0} for none.
   */
  public static final String VARIABLE = "OVMS_CONVERTER_TTY";

  /** No terminal at all. */
  public static final Terminals NONE = new Terminals(false, false, true, false, false);

  /**
   * Looks at this process.
   *
   * <p>The launcher's word comes first, then what Linux shows of the descriptors. Java does not
   * help: {@code System.console()} asks for the standard input and output at once, never for the
   * standard error, and means something else from JDK 22 on.
   *
   * @param environment the environment variables
   * @return what was found
   */
  public static Terminals detect(Map<String, String> environment) {
    String told = environment.get(VARIABLE);
    if (told == null || told.isEmpty()) {
      told = (isTerminal(1) ? "1" : "") + (isTerminal(2) ? "2" : "");
    }
    String term = environment.get("TERM");
    String noColor = environment.get("NO_COLOR");
    return new Terminals(
        told.indexOf('1') >= 0,
        told.indexOf('2') >= 0,
        term == null || term.isEmpty() || term.equals("dumb"),
        noColor != null && !noColor.isEmpty(),
        isUnicode(environment));
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean isUnicode(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.get(name);
      if (value != null && !value.isEmpty()) {
        String upper = value.toUpperCase(java.util.Locale.ROOT);
        return upper.contains("UTF-8") || upper.contains("UTF8");
      }
    }
    return false;
  }

  /**
   * Colours for the standard output.
   *
   * @param mode what the user asked for
   * @return the style
   */
  public Style outStyle(ColorMode mode) {
    return style(mode, out);
  }

  /**
   * Colours for the standard error.
   *
   * @param mode what the user asked for
   * @return the style
   */
  public Style errStyle(ColorMode mode) {
    return style(mode, err);
  }

  private Style style(ColorMode mode, boolean terminal) {
    boolean colored =
        mode == ColorMode.ALWAYS || (mode == ColorMode.AUTO && terminal && !plain && !noColor);
    return new Style(colored, unicode);
  }
}
