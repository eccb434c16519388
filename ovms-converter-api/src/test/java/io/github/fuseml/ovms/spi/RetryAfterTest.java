package io.github.fuseml.ovms.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a service asks to be left alone. */
class RetryAfterTest {
  private static final String NOON = "Tue, 24 Nov 2026 12:00:00 GMT";

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "7, PT7S",
    "' 120 ', PT2M",
    "999999999, PT999999999S",
    "'Tue, 24 Nov 2026 12:00:30 GMT', PT30S",
    "'Tue, 24 Nov 2026 11:00:00 GMT', PT0S"
  })
  void givenSecondsOrADateThenItIsReadByTheServersOwnClock(String header, Duration expected) {
    assertThat(RetryAfter.read(header, NOON)).contains(expected);
  }

  @Test
  void givenADateOfAServerThatDoesNotTellTheTimeThenItIsReadByThisMachinesClock() {
    assertThat(RetryAfter.read("Thu, 01 Jan 1970 00:00:00 GMT", null)).contains(Duration.ZERO);
    assertThat(RetryAfter.read("Fri, 31 Dec 9999 00:00:00 GMT", "soon").orElseThrow())
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999999999", "2026-11-24T12:00:00Z"})
  void givenAnythingElseThenNothingIsAskedFor(String header) {
    assertThat(RetryAfter.read(header, NOON)).isEmpty();
  }

  @Test
  void givenNothingThenNothingIsAskedFor() {
    assertThat(RetryAfter.read(null, NOON)).isEmpty();
  }

  @Test
  void givenAWishThenAMinuteIsTheMostThatIsBorne() {
    assertThat(RetryAfter.isBearable(Duration.ofSeconds(60))).isTrue();
    assertThat(RetryAfter.isBearable(Duration.ofSeconds(61))).isFalse();
  }
}
