package io.github.fuseml.ovms.core.internal.detect.files;

import java.util.List;
import java.util.stream.Collectors;

/** Text from a hostile file, made fit for a message of one line. */
public final class Shown {
  private static final int LONGEST = 120;
  private static final int MOST = 3;

  private Shown() {}

  /**
   * One text in quotes.
   *
   * @param text anything
   * @return the text, shortened, control characters replaced
   */
  public static String quoted(String text) {
    String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    StringBuilder shown = new StringBuilder("'");
    shortened
        .codePoints()
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || c == '\u2028' ? '?' : c));
    return shown.append('\'').toString();
  }

  /**
   * The first few of many.
   *
   * @param texts what to list, each fit for a message
   * @return three at most, and how many more there are
   */
  public static String few(List<String> texts) {
    String first = texts.stream().limit(MOST).collect(Collectors.joining(", "));
    return texts.size() <= MOST ? first : first + " and " + (texts.size() - MOST) + " more";
  }
}
