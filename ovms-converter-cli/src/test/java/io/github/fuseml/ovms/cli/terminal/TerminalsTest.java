package io.github.fuseml.ovms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class TerminalsTest {
  private static Terminals detect(String... namesAndValues) {
    Map<String, String> environment = new java.util.HashMap<>(Map.of("TERM", "xterm"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Terminals.detect(environment);
  }

  @Test
  void given_the_launchers_word_then_it_counts_for_each_stream() {
    assertThat(detect(Terminals.VARIABLE, "12")).matches(t -> t.out() && t.err());
    assertThat(detect(Terminals.VARIABLE, "2")).matches(t -> !t.out() && t.err());
    assertThat(detect(Terminals.VARIABLE, "0")).matches(t -> !t.out() && !t.err());
  }

  @Test
  void given_a_terminal_then_colours_depend_on_mode_and_environment() {
    assertThat(detect(Terminals.VARIABLE, "1").outStyle(ColorMode.AUTO).colored())
        .isTrue();
    assertThat(detect(Terminals.VARIABLE, "1").errStyle(ColorMode.AUTO).colored())
        .isFalse();
    assertThat(detect(Terminals.VARIABLE, "1").outStyle(ColorMode.NEVER).colored())
        .isFalse();
    assertThat(detect(Terminals.VARIABLE, "0").outStyle(ColorMode.ALWAYS).colored())
        .isTrue();
    assertThat(colored("NO_COLOR", "1")).isFalse();
    assertThat(colored("NO_COLOR", "")).isTrue();
    assertThat(colored("TERM", "dumb")).isFalse();
    assertThat(colored("TERM", "")).isFalse();
  }

  private static boolean colored(String name, String value) {
    return detect(Terminals.VARIABLE, "12", name, value)
        .outStyle(ColorMode.AUTO)
        .colored();
  }

  @Test
  void given_the_locale_then_it_decides_about_unicode() {
    assertThat(detect("LANG", "de_DE.UTF-8").unicode()).isTrue();
    assertThat(detect("LANG", "C").unicode()).isFalse();
    assertThat(detect("LANG", "de_DE.UTF-8", "LC_ALL", "C").unicode()).isFalse();
    assertThat(detect("LC_ALL", "", "LC_CTYPE", "C.utf8").unicode()).isTrue();
    assertThat(detect().unicode()).isFalse();
  }

  @Test
  void given_a_reader_that_went_away_then_a_result_is_no_error_but_a_full_disk_is() {
    new Streams(failing("Broken pipe"), new ByteArrayOutputStream()).result("x");
    Streams full = new Streams(failing("No space left on device"), failing("no"));
    Assertions.assertThatThrownBy(() -> full.result("x")).hasMessageContaining("No space left");
    full.message("nobody can be told");
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }
}
