package io.github.fuseml.ovms.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long a service that is busy asks to be left alone, by the header {@code Retry-After} (RFC 9110,
 * section 10.2.3): in seconds, or until a date.
 */
public final class RetryAfter {
  /** How long a service may make us wait; one that asks for more has its error shown instead. */
  public static final Duration LONGEST = Duration.ofSeconds(60);

  private RetryAfter() {}

  /**
   * Reads the header.
   *
   * @param header the value of {@code Retry-After}; null when there is none
   * @param date the value of {@code Date}, by which a date counts, for this machine's clock may be off;
   *     null when there is none
   * @return how long, zero for what is past; empty when nothing readable is asked for
   */
  public static Optional<Duration> read(@Nullable String header, @Nullable String date) {
    if (header == null) {
      return Optional.empty();
    }
    String text = header.strip();
    if (text.matches("\\d{1,18}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    return instant(text)
        .map(when -> Duration.between(instant(date).orElseGet(Instant::now), when))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  /**
   * Whether a wish is one to follow.
   *
   * @param wish how long a service asks to be left alone
   * @return false if that is longer than {@link #LONGEST}
   */
  public static boolean isBearable(Duration wish) {
    return wish.compareTo(LONGEST) <= 0;
  }

  private static Optional<Instant> instant(@Nullable String date) {
    try {
      return date == null
          ? Optional.empty()
          : Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
