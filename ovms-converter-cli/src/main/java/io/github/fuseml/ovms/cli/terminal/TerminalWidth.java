package io.github.fuseml.ovms.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How wide the terminal is. */
public final class TerminalWidth {
  private static final int USUAL = 80;

  private TerminalWidth() {}

  /**
   * Asks {@code COLUMNS}, which shells seldom export, then {@code stty}, which takes some
   * milliseconds: for those only who have time.
   *
   * @param environment the environment variables
   * @return the number of columns, 80 when nobody knows
   */
  public static int find(Map<String, String> environment) {
    int told = number(environment.getOrDefault("COLUMNS", ""));
    return told > 0 ? told : askTerminal();
  }

  private static int askTerminal() {
    File terminal = new File("/dev/tty");
    try {
      Process stty = new ProcessBuilder("stty", "size")
          .redirectInput(terminal)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroy();
      }
      int columns = number(answer.substring(answer.indexOf(' ') + 1).strip());
      return columns > 0 ? columns : USUAL;
    } catch (IOException e) {
      return USUAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL;
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
