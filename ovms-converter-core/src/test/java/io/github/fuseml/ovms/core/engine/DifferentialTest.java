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

  @TempDir
  private Path directory;

  /** A line of the table; the reason is empty where both have to agree. */
  private record Case(String model, List<String> parameters, String reason) {
    static Case of(String line) {
      String[] parts = line.split("\\|", -1);
      List<String> parameters = Arrays.stream(parts[1].strip().split(" & ", -1))
          .filter(parameter -> !parameter.isEmpty())
          .toList();
      return new Case(parts[0].strip(), parameters, parts[2].strip());
    }

    OptimizationOptions options() {
      OptimizationOptions.Builder options = OptimizationOptions.builder();
      for (String parameter : parameters) {
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
        arguments.add("--" + (isStatic ? "static_shape" : parameter));
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
      String found = ours.get(i).isEmpty() && theirs.get(i).isEmpty()
          ? differences.get(i)
          : outcome("ours", ours.get(i)) + outcome("mo", theirs.get(i));
      boolean agreed = found.isEmpty();
      Case one = cases.get(i);
      String line = "%-32s %-76s %s%n"
          .formatted(
              one.model(),
              String.join(" & ", one.parameters()),
              agreed ? "agree" : one.reason().isEmpty() ? "DIFFER: " + found : one.reason());
      report.append(line);
      if (agreed != one.reason().isEmpty()) {
        wrong.add(line + found);
      }
    }
    System.out.println(report);
    assertThat(cases).hasSizeGreaterThanOrEqualTo(60);
    assertThat(wrong).isEmpty();
  }

  private static String outcome(String who, String failure) {
    return failure.isEmpty() ? who + " converts; " : who + " refuses: " + failure + "; ";
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
