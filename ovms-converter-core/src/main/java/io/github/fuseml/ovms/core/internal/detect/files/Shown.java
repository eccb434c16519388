package io.github.fuseml.ovms.core.internal.detect.files;

/** Text from a hostile file, made fit for a message of one line. */
public final class Shown {
  private static final int LONGEST = 120;

  private Shown() {}

  /**
   * One text in quotes.
   *
   * @param text anything
   * @return the text, shortened, control characters replaced
   */
  public static String quoted(String text) {
    return "'" + line(text) + "'";
  }

  /**
   * A path as a POSIX shell takes it for one argument.
   *
   * @param path a path
   * @return the path, in quotes if it needs some
   */
  public static String argument(String path) {
    return path.matches("[\\w./@:+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  /**
   * One text without quotes.
   *
   * @param text anything
   * @return the text, shortened, control characters replaced
   */
  public static String line(String text) {
    String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    StringBuilder shown = new StringBuilder();
    shortened
        .codePoints()
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || c == '\u2028' ? '?' : c));
    return shown.toString();
  }
}
