package io.github.fuseml.ovms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
  private static final Style UNICODE = new Style(false, true);

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.0 KiB",
    "1536,1.5 KiB",
    "102400,100 KiB",
    "1073741824,1.0 GiB",
    "9223372036854775807,8.0 EiB"
  })
  void sizes_are_short(long bytes, String text) {
    assertThat(Text.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.000 s",
    "41000000,0.041 s",
    "7250000000,7.2 s",
    "59999000000,59.9 s",
    "185000000000,3 min 5 s",
    "7800000000000,2 h 10 min"
  })
  void times_are_short(long nanos, String text) {
    assertThat(Text.duration(nanos)).isEqualTo(text);
  }

  @Test
  void given_control_characters_then_a_terminal_never_sees_them() {
    assertThat(Text.printable("a\u001b[2Jb\u0007\u009bc\r\td\ne")).isEqualTo("a?[2Jb??c?\td\ne");
    assertThat(Text.printable("model_é_模型")).isEqualTo("model_é_模型");
  }

  @ParameterizedTest
  @CsvSource({"abc,3", "模型,4", "é,1", "e\u0301,1", "😀,2", "ｱ,1"})
  void widths_are_those_of_a_terminal(String text, int columns) {
    assertThat(Text.width(text)).isEqualTo(columns);
  }

  @Test
  void given_too_wide_a_text_then_it_is_cut_between_characters() {
    assertThat(Text.fit("abcdef", 6, UNICODE)).isEqualTo("abcdef");
    assertThat(Text.fit("abcdef", 5, UNICODE)).isEqualTo("abcd…");
    assertThat(Text.fit("模型模型", 6, UNICODE)).isEqualTo("模型…");
    assertThat(Text.fit("😀😀😀", 4, Style.PLAIN)).isEqualTo("😀~");
    assertThat(Text.fit("abc", 0, UNICODE)).isEmpty();
  }

  @Test
  void a_text_is_broken_between_words() {
    assertThat(Text.wrap("a bc def", 4)).containsExactly("a bc", "def");
    assertThat(Text.wrap("longer word", 4)).containsExactly("longer", "word");
    assertThat(Text.wrap("模型 a", 6)).containsExactly("模型 a");
    assertThat(Text.wrap("", 4)).containsExactly("");
  }
}
