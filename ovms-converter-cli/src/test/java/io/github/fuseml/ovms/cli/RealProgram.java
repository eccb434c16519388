package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the real program in a process of its own, with the real core, engine and stores. */
abstract class RealProgram {
  static final Path EXAMPLES = Path.of(System.getProperty("ovms.examples"));

  @TempDir
  Path directory;

  Path work;
  Path output;
  final Map<String, String> environment = new HashMap<>();
  final List<String> javaOptions = new ArrayList<>();
  Process process;

  /** What a process did. */
  record Outcome(int code, String out, String err) {
    JsonObject json() {
      return JsonParser.parseString(out).getAsJsonObject();
    }
  }

  @BeforeEach
  void directories() throws IOException {
    work = Files.createDirectory(directory.resolve("work"));
    output = directory.resolve("out");
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  void start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(javaOptions);
    // The default directory for temporary files, so that the usual converter leaves them there too.
    command.add("-Djava.io.tmpdir=" + work);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    launch(new ProcessBuilder(command));
  }

  void launch(ProcessBuilder builder) throws IOException {
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("FUSEML_")
            || name.contains("AWS_")
            || name.contains("S3_")
            || name.contains("HTTP_")
            || name.contains("MLFLOW_"));
    builder.environment().remove("TASK_RESULT");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    builder.redirectOutput(directory.resolve("stdout").toFile());
    builder.redirectError(directory.resolve("stderr").toFile());
    process = builder.start();
  }

  Outcome finish() throws Exception {
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the program ends").isTrue();
    return new Outcome(process.exitValue(), read("stdout"), read("stderr"));
  }

  String read(String name) throws IOException {
    return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
  }

  Outcome run(String... arguments) throws Exception {
    start(arguments);
    return finish();
  }

  static List<String> names(Path below) throws IOException {
    if (!Files.exists(below)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> below.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
