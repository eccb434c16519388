package io.github.fuseml.ovms.core.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.testkit.OvmsVersionParser;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "'1', 1",
    "'10', 10",
    "'007', 7",
    "'3.tmp', 3",
    "'3-old', 3",
    "'3 (copy)', 3",
    "'4x5', 4",
    "' 4', 4",
    "'+5', 5",
    "' +6.tmp', 6",
    "'0', 0",
    "'-1', 0",
    "'- 1', 0",
    "'+-1', 0",
    "'', 0",
    "' ', 0",
    "'+', 0",
    "'.3', 0",
    "'v1', 0",
    "'latest', 0",
    "'.ovms-converter-0123456789abcdef', 0",
    "'٣', 0",
    "'1000000000000000000', 1000000000000000000",
    "'99999999999999999999', 0",
    "'9223372036854775799', 9223372036854775799",
    "'9223372036854775807', 9223372036854775807",
    "'9223372036854775808', 0",
    "'123456789012345678901234567890', 0",
  })
  void givenTheNameOfADirectoryWhenReadThenItIsTheNumberThatOvmsSees(String name, long number) {
    assertThat(VersionNumbers.parse(name)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t4", "\n4", "\u000b4", "\f4", "\r4", " \t \n4"})
  void givenWhiteSpaceBeforeTheNumberWhenReadThenItIsSkippedAsOvmsDoes(String name) {
    assertThat(VersionNumbers.parse(name)).isEqualTo(4);
  }

  /** Names made of what a parser of numbers may trip over. */
  @Test
  void givenAnyNameThenItIsTheNumberThatOvmsReads() {
    List<String> pieces = List.of(
        "0",
        "1",
        "7",
        "00",
        "922337203685477580",
        "8",
        "9",
        "+",
        "-",
        " ",
        "\t",
        "\u000b",
        "\u001c",
        "\u00a0",
        ".",
        "e",
        "x",
        "_",
        "\u0663",
        "abc");
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder name = new StringBuilder();
      for (int length = random.nextInt(6); length >= 0; length--) {
        name.append(pieces.get(random.nextInt(pieces.size())));
      }
      long read = OvmsVersionParser.parse(name.toString()).orElse(0);

      assertThat(VersionNumbers.parse(name.toString()))
          .as("'" + name + "'")
          .isEqualTo(Math.max(0, read));
    }
  }

  @ParameterizedTest
  @CsvSource({"'1', true", "'42', true", "'0', false", "'01', false", "'1.tmp', false"})
  void givenTheNameOfADirectoryWhenAskedThenOnlyAPlainNumberIsAVersion(
      String name, boolean version) {
    assertThat(VersionNumbers.isVersion(name)).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", " 4", "+5", "v1", "99999999999999999999"})
  void givenANameWithMoreThanANumberWhenAskedThenItIsNoVersion(String name) {
    assertThat(VersionNumbers.isVersion(name)).isFalse();
  }

  @Test
  void givenNoDirectoriesWhenAskedForTheNextVersionThenItIsOne() {
    assertThat(VersionNumbers.next(Set.of())).isEqualTo(1);
    assertThat(VersionNumbers.next(Set.of("0", "-7", "docs"))).isEqualTo(1);
  }

  @Test
  void givenVersionsWithGapsWhenAskedForTheNextOneThenItFollowsTheHighest() {
    assertThat(VersionNumbers.next(Set.of("1", "7", "3"))).isEqualTo(8);
  }

  @Test
  void givenALeftoverThatOvmsReadsAsANumberWhenAskedForTheNextOneThenItFollowsThat() {
    assertThat(VersionNumbers.next(Set.of("1", "9.tmp"))).isEqualTo(10);
    assertThat(VersionNumbers.next(Set.of("1", " 12"))).isEqualTo(13);
  }

  @Test
  void givenANumberThatIsTooLargeWhenAskedForTheNextOneThenItIsIgnored() {
    assertThat(VersionNumbers.next(Set.of("2", "9223372036854775808"))).isEqualTo(3);
  }

  @Test
  void givenTheHighestNumberWhenAskedForTheNextOneThenThereIsNone() {
    assertThat(VersionNumbers.next(Set.of("9223372036854775806"))).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> VersionNumbers.next(Set.of("2", "9223372036854775807")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("none above 9223372036854775807")
        .hasMessageContaining("--version");
  }
}
