package io.github.fuseml.ovms.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Numbers for people, and text that fits a terminal. */
public final class Text {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Text() {}

  /**
   * A size.
   *
   * @param bytes the size in bytes
   * @return for example {@code 512 B}, {@code 1.5 KiB} or {@code 640 MiB}
   */
  public static String bytes(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return (unit == 0 ? Long.toString(bytes) : decimal(value)) + " " + UNITS[unit];
  }

  /**
   * A time.
   *
   * @param nanos nanoseconds
   * @return for example {@code 0.041 s}, {@code 7.2 s}, {@code 3 min 5 s} or {@code 2 h 10 min}
   */
  public static String duration(long nanos) {
    long millis = nanos / 1_000_000;
    if (millis < 1000) {
      String digits = Long.toString(1000 + millis);
      return "0." + digits.substring(1) + " s";
    }
    long seconds = millis / 1000;
    if (seconds < 60) {
      return decimal(millis / 1000.0) + " s";
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  /**
   * A number and what it counts.
   *
   * @param number how many
   * @param noun what, in the singular
   * @return for example {@code 1 file} or {@code 3 files}
   */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** One decimal below a hundred, none from there on. */
  private static String decimal(double value) {
    long tenths = (long) (value * 10);
    return tenths >= 1000 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
  }

  /**
   * Makes a text harmless for a terminal: names of files and messages of others may hold control
   * sequences. Line breaks and tabs stay.
   *
   * @param text a text from anywhere
   * @return the text with a question mark for each other control character
   */
  public static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        StringBuilder safe = new StringBuilder(text);
        for (int at = i; at < safe.length(); at++) {
          if (isControl(safe.charAt(at))) {
            safe.setCharAt(at, '?');
          }
        }
        return safe.toString();
      }
    }
    return text;
  }

  private static boolean isControl(char c) {
    return (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
  }

  /**
   * How many columns a text takes.
   *
   * @param text one line without control sequences
   * @return the columns: two for each wide character, none for a combining one
   */
  public static int width(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      columns += width(point);
      i += Character.charCount(point);
    }
    return columns;
  }

  /**
   * Breaks a text into lines between its words.
   *
   * @param text one line without control sequences
   * @param columns how many there are; a longer word has a line of its own
   * @return at least one line
   */
  public static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && width(line + " " + word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /**
   * Cuts a text that is too wide.
   *
   * @param text one line without control sequences
   * @param columns how many there are
   * @param style says what marks the cut
   * @return the text, at most so wide
   */
  public static String fit(String text, int columns, Style style) {
    if (width(text) <= columns) {
      return text;
    }
    String mark = style.unicode() ? "…" : "~";
    int used = mark.length();
    int end = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      if (used + width(point) > columns) {
        break;
      }
      used += width(point);
      end += Character.charCount(point);
    }
    return columns < mark.length() ? "" : text.substring(0, end) + mark;
  }

  private static int width(int point) {
    if (point < 0x300) {
      return 1;
    }
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(point) ? 2 : 1;
  }

  /** Unicode's East Asian wide and fullwidth blocks, and the emoji. */
  private static boolean isWide(int point) {
    return (point >= 0x1100 && point <= 0x115f)
        || (point >= 0x2e80 && point <= 0xa4cf && point != 0x303f)
        || (point >= 0xac00 && point <= 0xd7a3)
        || (point >= 0xf900 && point <= 0xfaff)
        || (point >= 0xfe30 && point <= 0xfe6f)
        || (point >= 0xff00 && point <= 0xff60)
        || (point >= 0xffe0 && point <= 0xffe6)
        || (point >= 0x1f300 && point <= 0x1faff)
        || (point >= 0x20000 && point <= 0x3fffd);
  }
}
