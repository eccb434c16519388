package io.github.fuseml.ovms.cli.terminal;

/**
 * How text for people is decorated.
 *
 * @param colored whether colours are used
 * @param unicode whether signs beyond ASCII are used
 */
public record Style(boolean colored, boolean unicode) {
  /** No colours, ASCII signs. */
  public static final Style PLAIN = new Style(false, false);

  /**
   * Something gone wrong.
   *
   * @param text the text
   * @return the decorated text
   */
  public String error(String text) {
    return paint("1;31", text);
  }

  /**
   * Something doubtful.
   *
   * @param text the text
   * @return the decorated text
   */
  public String warning(String text) {
    return paint("33", text);
  }

  /**
   * Something gone well.
   *
   * @param text the text
   * @return the decorated text
   */
  public String success(String text) {
    return paint("1;32", text);
  }

  /**
   * Something to look at.
   *
   * @param text the text
   * @return the decorated text
   */
  public String strong(String text) {
    return paint("1", text);
  }

  /**
   * Something of less weight.
   *
   * @param text the text
   * @return the decorated text
   */
  public String faint(String text) {
    return paint("2", text);
  }

  /**
   * The sign before an advice.
   *
   * @return an arrow
   */
  public String arrow() {
    return unicode ? "→" : "->";
  }

  /**
   * Something that was looked at and is right.
   *
   * @return a tick
   */
  public String passed() {
    return success(unicode ? "✓" : "+");
  }

  /**
   * Something that was looked at and is doubtful.
   *
   * @return an exclamation mark
   */
  public String doubtful() {
    return warning("!");
  }

  /**
   * Something that was looked at and is wrong.
   *
   * @return a cross
   */
  public String failed() {
    return error(unicode ? "✗" : "x");
  }

  /**
   * Something that was not looked at.
   *
   * @return a dash
   */
  public String skipped() {
    return faint(unicode ? "–" : "-");
  }

  private String paint(String code, String text) {
    return colored ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
