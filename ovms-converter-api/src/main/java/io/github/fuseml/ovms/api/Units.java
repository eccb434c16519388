package io.github.fuseml.ovms.api;

import java.time.Duration;
import java.util.Locale;

/** Reads sizes and times as people write them. */
public final class Units {
  private Units() {}

  /**
   * Reads {@code 90s}, {@code 10m}, {@code 1h}, {@code 500ms}; seconds without a unit.
   *
   * @param value the text
   * @return the time, above 0
   * @throws IllegalArgumentException if it cannot be read, with a message for people
   */
  public static Duration duration(String value) {
    String text = value.strip().toLowerCase(Locale.ROOT);
    int digits = digits(text);
    long millis = switch (text.substring(digits)) {
      case "", "s" -> 1000;
      case "ms" -> 1;
      case "m", "min" -> 60_000;
      case "h" -> 3_600_000;
      default -> 0;
    };
    return Duration.ofMillis(multiply(value, text, digits, millis, "90s, 10m or 1h"));
  }

  /**
   * Reads {@code 512m}, {@code 2g}, {@code 2GiB}; bytes without a unit.
   *
   * @param value the text
   * @return the number of bytes, above 0
   * @throws IllegalArgumentException if it cannot be read, with a message for people
   */
  public static long size(String value) {
    String text = value.strip().toLowerCase(Locale.ROOT);
    int digits = digits(text);
    long factor = switch (text.substring(digits)) {
      case "", "b" -> 1;
      case "k", "kb", "kib" -> 1L << 10;
      case "m", "mb", "mib" -> 1L << 20;
      case "g", "gb", "gib" -> 1L << 30;
      case "t", "tb", "tib" -> 1L << 40;
      default -> 0;
    };
    return multiply(value, text, digits, factor, "512m or 2g");
  }

  private static int digits(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static long multiply(String value, String text, int digits, long factor, String usual) {
    try {
      long product = Math.multiplyExact(Long.parseLong(text.substring(0, digits)), factor);
      if (product > 0) {
        return product;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      // Falls through to the one refusal below.
    }
    throw new IllegalArgumentException(
        "'" + value + "' cannot be read; write for example " + usual);
  }
}
