package io.github.fuseml.ovms.core.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "1,1",
    "42,42",
    "007,7",
    "3.tmp,3",
    "3-old,3",
    "0,0",
    "-1,0",
    "v2,0",
    "'',0",
    "99999999999999999999,0",
    ".ovms-converter-1,0"
  })
  void givenADirectorysNameThenItsNumberIsTheOneThatOvmsReads(String name, long number) {
    assertThat(VersionNumbers.parse(name)).isEqualTo(number);
  }

  @Test
  void givenDirectoriesThenTheNextIsOneAboveTheHighest() {
    assertThat(VersionNumbers.next(Set.of())).isEqualTo(1);
    assertThat(VersionNumbers.next(Set.of("1", "3.tmp", "lost+found"))).isEqualTo(4);
  }

  @Test
  void givenANameThenItIsAVersionOnlyIfItIsTheNumberItself() {
    assertThat(VersionNumbers.isVersion("12")).isTrue();
    assertThat(VersionNumbers.isVersion("012")).isFalse();
    assertThat(VersionNumbers.isVersion("1.tmp")).isFalse();
    assertThat(VersionNumbers.isVersion("0")).isFalse();
  }
}
