package io.github.fuseml.ovms.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.cli.image.StepContainer.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container with a memory limit, and models that are larger than half of it. */
class StepMemoryIT {
  private static final long LIMIT = 512L << 20;
  private static final int FLOATS = 80 << 20; // 320 MiB

  @TempDir
  Path directory;

  @BeforeEach
  void readable() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome convert(long limit) throws Exception {
    Path out = Files.createDirectories(directory.resolve("out"));
    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (StepContainer container = new StepContainer(directory)
        .memoryLimit(limit)
        .bind(directory.resolve("model"), "/model", "ro")
        .bind(out, "/out")
        .with("FUSEML_INPUT_MODEL", "/model")
        .with("FUSEML_OUTPUT_MODEL", "/out/m")) {
      return container.run();
    }
  }

  private Path model() throws Exception {
    return Files.createDirectory(directory.resolve("model")).resolve("model.onnx");
  }

  @Test
  void given_weights_that_can_be_mapped_then_the_model_is_converted() throws Exception {
    LargeOnnx.withWeightsBeside(model(), FLOATS);
    Outcome outcome = convert(LIMIT);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(Files.size(directory.resolve("out/m/1/model.bin"))).isGreaterThan(LIMIT / 2);
  }

  @Test
  void given_weights_that_cannot_be_mapped_then_the_error_says_which_limit_would_do()
      throws Exception {
    LargeOnnx.withWeightsInside(model(), FLOATS);
    Outcome outcome = convert(LIMIT);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(7);
    assertThat(outcome.terminationMessage())
        .contains("memory")
        .contains("raise the container's memory limit of 512 MiB; 1280 MiB would do");
    assertThat(directory.resolve("out")).isEmptyDirectory();
    assertThat(convert(1280L << 20).code()).isZero();
  }
}
