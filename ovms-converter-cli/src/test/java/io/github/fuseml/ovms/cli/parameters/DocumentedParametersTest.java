package io.github.fuseml.ovms.cli.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OptimizationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of parameters in the README: its examples are what the parameters take. */
class DocumentedParametersTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** What has no value, and what is no parameter of the Model Optimizer. */
  private static final Set<String> WITHOUT_EXAMPLES = Set.of(
      "--reverse-input-channels",
      "--static-shape",
      "--compress-to-fp16",
      "--shapes from-signature",
      "--graph-optimization");

  /** A row: the options of its first column, the examples of its last. */
  record Row(List<String> options, List<String> examples) {}

  static Stream<Row> rows() throws IOException {
    return Files.readString(Path.of("..", "README.md"))
        .lines()
        .dropWhile(line -> !line.startsWith("| option of `convert` | variable |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1))
        .map(cells -> new Row(code(cells[1]), code(cells[3])));
  }

  private static List<String> code(String cell) {
    List<String> found = new ArrayList<>();
    for (Matcher code = CODE.matcher(cell); code.find(); ) {
      found.add(code.group(1));
    }
    return found;
  }

  @Test
  void given_the_table_then_it_has_rows() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void given_a_row_then_each_option_takes_an_example_of_it(Row row) {
    for (String option : row.options()) {
      if (option.equals("--extra-args")) {
        arguments(row.examples().get(0));
      } else if (!WITHOUT_EXAMPLES.contains(option)) {
        assertThat(row.examples()).as(option).anyMatch(example -> takes(option, example));
      }
    }
  }

  private static boolean takes(String option, String example) {
    String name = option.equals("--model-outputs") ? "output" : option.substring(2);
    // A layout before or after is one half of the example.
    String value = name.startsWith("source") || name.startsWith("target")
        ? example.replaceAll("\\w+->", "")
        : example;
    try {
      OptimizationOptions options =
          OptimizationOptions.builder().parameter(name.replace('-', '_'), value).build();
      return !options.equals(OptimizationOptions.defaults());
    } catch (BadRequestException e) {
      return false;
    }
  }

  private static void arguments(String text) {
    List<String> notes = new ArrayList<>();
    OptimizationOptions.Builder options = OptimizationOptions.builder();
    new ExtraArguments(
            "--extra-args",
            new GivenParameters(options),
            ConversionRequest.builder().source("/model"),
            notes::add)
        .read(text, null);
    assertThat(options.build()).isNotEqualTo(OptimizationOptions.defaults());
    assertThat(notes).hasSize(1);
  }
}
