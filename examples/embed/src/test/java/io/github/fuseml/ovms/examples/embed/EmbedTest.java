package io.github.fuseml.ovms.examples.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.OvmsConverter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedTest {
  @TempDir
  Path directory;

  @BeforeAll
  static void provideTheEngine() {
    try (OvmsConverter converter = OvmsConverter.builder().build()) {
      converter.installEngine(line -> {});
    }
  }

  @Test
  void givenAModelAndADirectoryWhenItRunsThenItConvertsAndPrintsTheResult() {
    Path output = directory.resolve("iris");

    String printed = run(Path.of(System.getProperty("ovms.examples"), "iris.onnx"), output);

    assertThat(printed)
        .isEqualTo(
            "ONNX -> %s/1%n[features f32[?,4]] -> [probabilities f32[?,3]]%n".formatted(output));
    assertThat(output.resolve("1/iris.xml")).isNotEmptyFile();
    assertThat(output.resolve("1/iris.bin")).isNotEmptyFile();
    assertThat(Files.exists(output.resolve("2"))).isFalse();
  }

  private static String run(Path model, Path output) {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Embed.main(new String[] {model.toString(), output.toString()});
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
