package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Converts a table of cases by the engine and by the legacy Model Optimizer, which is the measure of
 * what its parameters mean, and compares what both made. Prints the table as a report.
 */
class DifferentialTest {
  private static final Gson GSON = new Gson();

  /** Marks a flag that changes nothing today, of which the library hears nothing. */
  private static final String THEIRS_ALONE = "mo:";

  @TempDir
  private Path directory;

  /**
   * A line of the table.
   *
   * @param expected empty where both have to agree, else what is found instead: {@code differ: text},
   *     {@code we refuse: text}, {@code mo refuses: text}, or both of them
   * @param reason why that is right
   */
  private record Case(String model, List<String> parameters, String expected, String reason) {
    static Case of(String line) {
      String[] parts = line.split("\\|", -1);
      List<String> parameters = Arrays.stream(parts[1].strip().split(" & ", -1))
          .filter(parameter -> !parameter.isEmpty())
          .toList();
      String expected = parts[2].strip();
      String reason = parts.length > 3 ? parts[3].strip() : "";
      assertThat(reason.isEmpty()).as("a reason for " + line).isEqualTo(expected.isEmpty());
      return new Case(parts[0].strip(), parameters, expected, reason);
    }

    OptimizationOptions options() {
      OptimizationOptions.Builder options = OptimizationOptions.builder();
      for (String parameter : parameters) {
        if (parameter.startsWith(THEIRS_ALONE)) {
          continue;
        }
        int equals = parameter.indexOf('=');
        options.parameter(parameter.substring(0, equals), parameter.substring(equals + 1));
      }
      return options.build();
    }

    /** The arguments as they stand in the table, untouched by any reader of ours. */
    List<String> arguments(Path target) {
      List<String> arguments = new ArrayList<>();
      Path path = FixtureTrees.path(model);
      arguments.add((Files.isDirectory(path) ? "--saved_model_dir=" : "--input_model=") + path);
      boolean compressed = false;
      for (String parameter : parameters) {
        boolean isStatic = parameter.startsWith("static_shape");
        arguments.add(
            "--" + (isStatic ? "static_shape" : parameter.replaceFirst("^" + THEIRS_ALONE, "")));
        compressed |= parameter.startsWith("compress_to_fp16");
      }
      if (!compressed) {
        arguments.add("--compress_to_fp16=False");
      }
      arguments.add("--model_name=model");
      arguments.add("--output_dir=" + target);
      return arguments;
    }
  }

  @Test
  void given_the_parameters_of_the_model_optimizer_then_both_engines_make_the_same_model()
      throws Exception {
    List<Case> cases = cases();
    List<String> ours = convertByUs(cases);
    List<String> theirs = convertByModelOptimizer(cases);
    List<String> differences = compare(cases);
    List<String> wrong = new ArrayList<>();
    StringBuilder report = new StringBuilder("\nThe engine and the Model Optimizer 2024.6:\n");
    for (int i = 0; i < cases.size(); i++) {
      Case one = cases.get(i);
      String found = found(ours.get(i), theirs.get(i), differences.get(i));
      boolean agreed = found.isEmpty();
      boolean expected = agreed ? one.expected().isEmpty() : isAsExpected(one, found);
      String line = "%-32s %-76s %s%n"
          .formatted(
              one.model(),
              String.join(" & ", one.parameters()),
              agreed ? "agree" : expected ? one.reason() : "UNEXPECTED: " + found);
      report.append(line);
      if (!expected) {
        wrong.add(line + found);
      }
    }
    System.out.println(report);
    assertThat(cases).hasSizeGreaterThanOrEqualTo(120);
    assertThat(wrong).isEmpty();
  }

  /** What happened instead of agreeing, a line for each of both who refused. */
  private static String found(String ours, String theirs, String difference) {
    if (ours.isEmpty() && theirs.isEmpty()) {
      return difference.isEmpty() ? "" : "differ: " + difference;
    }
    String we = ours.isEmpty() ? "" : "we refuse: " + ours;
    String they = theirs.isEmpty() ? "" : "mo refuses: " + theirs;
    return we + (we.isEmpty() || they.isEmpty() ? "" : "\n") + they;
  }

  /** Whether exactly those refused who should, and said what they should. */
  private static boolean isAsExpected(Case one, String found) {
    List<String> expected = Arrays.stream(one.expected().split(" / ", -1)).toList();
    List<String> said = found.lines().toList();
    boolean all = expected.size() == said.size();
    for (int i = 0; all && i < said.size(); i++) {
      int colon = expected.get(i).indexOf(": ");
      all = colon > 0
          && said.get(i).startsWith(expected.get(i).substring(0, colon + 2))
          && said.get(i).contains(expected.get(i).substring(colon + 2));
    }
    return all;
  }

  private List<Case> cases() throws IOException {
    return new String(resource("differential.txt"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Case::of)
        .toList();
  }

  private Path ours(int index) {
    return directory.resolve("ours").resolve(Integer.toString(index));
  }

  private Path theirs(int index) {
    return directory.resolve("theirs").resolve(Integer.toString(index));
  }

  private List<String> convertByUs(List<Case> cases) {
    List<String> failures = new ArrayList<>();
    try (OvmsConverter converter =
        OvmsConverter.builder().engine(EngineEnvironment.settings().build()).build()) {
      for (int i = 0; i < cases.size(); i++) {
        try {
          ConversionResult result = converter.convert(ConversionRequest.builder()
              .source(FixtureTrees.path(cases.get(i).model()))
              .output(ours(i))
              .modelName("model")
              .options(cases.get(i).options())
              .build());
          assertThat(result.version()).isEqualTo(1);
          failures.add("");
        } catch (OvmsConverterException e) {
          failures.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return failures;
  }

  private List<String> convertByModelOptimizer(List<Case> cases) throws Exception {
    List<List<String>> arguments = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      arguments.add(cases.get(i).arguments(theirs(i)));
    }
    Path python;
    try (OvmsConverter converter = OvmsConverter.builder().build()) {
      python = converter.installEngine("model-optimizer", System.out::println).python();
    }
    return run(python, "run_mo.py", arguments);
  }

  private List<String> compare(List<Case> cases) throws Exception {
    List<List<String>> pairs = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      pairs.add(List.of(
          ours(i).resolve("1").resolve("model.xml").toString(),
          theirs(i).resolve("model.xml").toString()));
    }
    return run(EngineEnvironment.python(), "compare_irs.py", pairs);
  }

  private List<String> run(Path python, String script, Object request) throws Exception {
    Path code = Files.write(directory.resolve(script), resource(script));
    Path question = Files.writeString(directory.resolve(script + ".in"), GSON.toJson(request));
    Path answer = directory.resolve(script + ".out");
    Process process = new ProcessBuilder(
            python.toString(), "-I", code.toString(), question.toString(), answer.toString())
        .inheritIO()
        .start();
    assertThat(process.waitFor()).isZero();
    JsonArray answers = JsonParser.parseString(Files.readString(answer)).getAsJsonArray();
    List<String> texts = new ArrayList<>();
    answers.forEach(text -> texts.add(text.getAsString()));
    return texts;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DifferentialTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
