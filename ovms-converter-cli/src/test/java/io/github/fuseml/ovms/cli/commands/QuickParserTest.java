package io.github.fuseml.ovms.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Holds the quick parser to picocli's understanding of the same command lines. */
class QuickParserTest {
  private static Command slow(String... arguments) {
    CommandLine.ParseResult parsed = Picocli.commandLine(arguments[0]).parseArgs(arguments);
    return parsed.subcommand().commandSpec().commandLine().getCommand();
  }

  /** All options of a command object, also those in its groups. */
  private static Map<String, Object> values(Object command) {
    Map<String, Object> values = new TreeMap<>();
    for (Class<?> type = command.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        try {
          field.setAccessible(true);
          Object value = field.get(command);
          if (field.getType().getSimpleName().endsWith("Options")) {
            values(value).forEach((name, each) -> values.put(field.getName() + "." + name, each));
          } else {
            values.put(field.getName(), value);
          }
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    return values;
  }

  static Stream<List<String>> everyOption() {
    List<List<String>> lines = new ArrayList<>();
    for (List<String> start : List.of(
        List.of("convert", "model"),
        List.of("inspect", "model"),
        List.of("run"),
        List.of("copy", "a", "s3://b/c"),
        List.of("ls", "s3://b/c"))) {
      String command = start.get(0);
      CommandLine known = Picocli.commandLine(command).getSubcommands().get(command);
      for (OptionSpec option : known.getCommandSpec().options()) {
        if (option.usageHelp()) {
          continue;
        }
        for (String name : option.names()) {
          if (option.arity().max() == 0) {
            lines.add(join(start, name));
          } else {
            lines.add(join(start, name, sample(option)));
            lines.add(join(start, name + "=" + sample(option)));
          }
        }
      }
    }
    lines.add(List.of("convert", "--json", "-o", "out", "s3://b/a=b?c", "--quiet"));
    lines.add(List.of("inspect", "a b", "--format", "onnx"));
    lines.add(List.of("ls", "a", "-l", "--setting", "a=b=c", "--setting=d=e", "--json"));
    lines.add(List.of(
        "copy", "a", "--input-setting", "a=b", "c", "--input-setting=d=e", "--output-setting=f=g"));
    return lines.stream();
  }

  private static String sample(OptionSpec option) {
    return switch (option.longestName()) {
      case "--data-type" -> "fp16";
      case "--graph-optimization" -> "offline";
      case "--version", "--keep" -> "3";
      case "--verify" -> "infer";
      case "--tolerance" -> "0.5";
      case "--print" -> "docker";
      case "--progress" -> "json";
      case "--color" -> "never";
      case "--engine-time-limit",
          "--stall-timeout",
          "--transfer-time-limit",
          "--file-time-limit",
          "--leftover-age" -> "90s";
      case "--engine-memory-limit", "--part-size", "--unpack-limit" -> "2g";
      case "--parallelism" -> "8";
      default -> "some=thing";
    };
  }

  private static List<String> join(List<String> start, String... more) {
    List<String> all = new ArrayList<>(start);
    all.addAll(List.of(more));
    return all;
  }

  @ParameterizedTest
  @MethodSource("everyOption")
  void given_a_plain_command_line_then_both_parsers_understand_the_same(List<String> line) {
    String[] arguments = line.toArray(String[]::new);
    Command quick = QuickParser.parse(arguments);
    assertThat(quick).isNotNull();
    assertThat(values(quick)).isEqualTo(values(slow(arguments)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "convert",
        "convert a b",
        "convert a --nope",
        "convert a --nope x",
        "convert a --help",
        "convert a -h",
        "convert a -qv",
        "convert a -oout",
        "convert a --output",
        "convert a --output=",
        "convert a --output --json",
        "convert a --output x -o y",
        "convert a --json --json",
        "convert a --json=false",
        "convert a --print cake",
        "convert a --engine-time-limit soon",
        "convert -- a",
        "run a",
        "copy a",
        "copy a b c",
        "copy a b --parallelism many",
        "ls",
        "ls a b",
        "ls -lv a",
        "doctor a",
        "stores",
        "run --format onnx",
        "engine info",
        "help convert"
      })
  void given_anything_else_then_it_is_left_to_picocli(String line) {
    assertThat(QuickParser.parse(line.isEmpty() ? new String[0] : line.split(" ")))
        .isNull();
  }
}
