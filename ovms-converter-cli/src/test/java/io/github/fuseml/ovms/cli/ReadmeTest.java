package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.cli.commands.ExitCode;
import io.github.fuseml.ovms.cli.testing.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the README to what the program and the stores on its class path say. */
class ReadmeTest {
  private static final Path README =
      Path.of(System.getProperty("ovms.examples")).resolve("../../README.md").normalize();

  private static List<StoreInfo> stores() {
    try (OvmsConverter converter = OvmsConverter.builder().discover().build()) {
      return converter.stores();
    }
  }

  /** The table of settings as the README has it. */
  private static String table() {
    List<String> lines = new ArrayList<>();
    for (StoreInfo store : stores()) {
      if (store.settings().isEmpty()) {
        continue;
      }
      String end = store.resolving() ? ":/`" : "://`";
      String schemes =
          store.schemes().stream().map(s -> "`" + s + end).collect(Collectors.joining(", "));
      lines.add("| **" + store.id() + "**: " + schemes + " | | | |");
      for (StoreSetting setting : store.settings()) {
        lines.add(row(setting));
      }
    }
    return String.join("\n", lines);
  }

  private static String row(StoreSetting setting) {
    String kind = setting.kind().name().toLowerCase(Locale.ROOT);
    String what = setting.description();
    if (!setting.choices().isEmpty()) {
      what += "; one of " + String.join(", ", setting.choices());
    }
    if (setting.defaultValue() != null) {
      what += "; default: " + setting.defaultValue();
    }
    String variables =
        setting.variables().stream().map(v -> "`" + v + "`").collect(Collectors.joining(", "));
    return "| `" + setting.name() + "` | " + kind + " | " + variables + " | "
        + what.replace("|", "\\|") + " |";
  }

  @Test
  void the_settings_are_those_of_the_providers() throws IOException {
    String readme = Files.readString(README);
    String start = "| --- | --- | --- | --- |\n| **";
    int begin = readme.indexOf(start);
    assertThat(begin).as("the table of settings").isPositive();
    int first = begin + start.length() - "| **".length();
    int end = readme.indexOf("\n\n", first);
    assertThat(readme.substring(first, end)).isEqualTo(table());
  }

  @Test
  void the_exit_codes_are_those_of_the_program() throws IOException {
    String readme = Files.readString(README);
    for (ExitCode code : ExitCode.values()) {
      boolean signal = code == ExitCode.INTERRUPTED || code == ExitCode.TERMINATED;
      assertThat(readme)
          .contains(
              signal
                  ? "| 130, 143 | cancelled by SIGINT, SIGTERM |"
                  : "| " + code.code() + " | " + code.meaning() + " |");
    }
  }

  @Test
  void every_command_is_in_the_table() throws IOException {
    String readme = Files.readString(README);
    String help = new Cli().run("--help").out();
    List<String> commands = help.substring(help.indexOf("Commands:"))
        .lines()
        .skip(1)
        .takeWhile(line -> line.startsWith("  "))
        .filter(line -> line.charAt(2) != ' ')
        .map(line -> line.strip().split(" ", 2)[0])
        .toList();
    assertThat(commands).contains("convert", "copy", "ls", "doctor", "stores");
    for (String command : commands) {
      assertThat(readme).containsPattern("(?m)^\\| `.*\\b" + command + "\\b");
    }
  }
}
