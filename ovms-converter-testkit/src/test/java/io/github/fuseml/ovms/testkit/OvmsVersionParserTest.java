package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The values are what {@code std::stoll} of GCC's library gives. */
class OvmsVersionParserTest {
  private static final Map<String, Long> NUMBERS = Map.ofEntries(
      Map.entry("1", 1L),
      Map.entry("01", 1L),
      Map.entry("007", 7L),
      Map.entry("0", 0L),
      Map.entry("-1", -1L),
      Map.entry("-0", 0L),
      Map.entry("+1", 1L),
      Map.entry(" 4", 4L),
      Map.entry("4 ", 4L),
      Map.entry("\t4", 4L),
      Map.entry("\n4", 4L),
      Map.entry("\u000b4", 4L),
      Map.entry("\f4", 4L),
      Map.entry("\r4", 4L),
      Map.entry("1\n2", 1L),
      Map.entry(" +6.tmp", 6L),
      Map.entry("1abc", 1L),
      Map.entry("3.tmp", 3L),
      Map.entry("1e3", 1L),
      Map.entry("0x10", 0L),
      Map.entry("1_000", 1L),
      Map.entry("9223372036854775807", Long.MAX_VALUE),
      Map.entry("+9223372036854775807", Long.MAX_VALUE),
      Map.entry("-9223372036854775808", Long.MIN_VALUE),
      Map.entry("00000000000000000000000000000005", 5L));

  private static final List<String> NONE = List.of(
      "",
      " ",
      "+",
      "-",
      "+-1",
      "++1",
      "- 1",
      ".3",
      "v1",
      "\u00a04",
      "\u001c4",
      "\u0663",
      "9223372036854775808",
      "-9223372036854775809",
      "18446744073709551617",
      "99999999999999999999abc");

  @Test
  void givenANameThatBeginsWithANumberThenItIsThatNumber() {
    NUMBERS.forEach((name, number) ->
        assertThat(OvmsVersionParser.parse(name)).as("'" + name + "'").hasValue(number));
  }

  @Test
  void givenANameThatOvmsCannotReadThenThereIsNone() {
    NONE.forEach(
        name -> assertThat(OvmsVersionParser.parse(name)).as("'" + name + "'").isEmpty());
  }
}
