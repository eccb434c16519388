package io.github.fuseml.ovms.core.internal.detect.paddle;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaddleDetectorTest {
  private final FormatDetector detector = new PaddleDetector();

  @TempDir
  private Path directory;

  @Test
  void givenAProgramThenItsParametersAreNeeded() {
    assertThat(found(detector, FixtureTrees.tree("paddle-mlp")).files())
        .containsExactly("model.pdiparams", "model.pdmodel");
  }

  @Test
  void givenNoParametersThenItIsRefused() {
    assertThat(refused(detector, FixtureTrees.tree("bad-paddle-parameters-missing"))
            .reason())
        .startsWith("model.pdiparams is missing");
  }

  @Test
  void givenTheNewerFormThenItSaysHowToWriteTheOlder() {
    Refusal refusal = refused(detector, FixtureTrees.tree("paddle-pir"));

    assertThat(refusal.path()).isEqualTo("model.json");
    assertThat(refusal.remedy()).contains("FLAGS_enable_pir_api=0");
  }

  @Test
  void givenAnotherSuffixThenItIsFound() throws IOException {
    Files.copy(FixtureTrees.path("paddle-mlp/model.pdmodel"), directory.resolve("__model__"));
    Files.copy(
        FixtureTrees.path("paddle-mlp/model.pdiparams"), directory.resolve("__model__.pdiparams"));

    assertThat(found(detector, DirectoryTree.of(directory)).files())
        .containsExactly("__model__", "__model__.pdiparams");
  }

  @Test
  void givenATruncatedProgramThenItIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(FixtureTrees.path("paddle-mlp/model.pdmodel"));
    Path file = directory.resolve("net.pdmodel");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    String answer = detector.detect(DirectoryTree.of(directory)).toString();

    assertThat(answer).contains("truncated: field blocks claims ");
  }

  @Test
  void givenOnnxThenItIsDeclined() {
    declined(detector, FixtureTrees.tree("onnx-mlp/model.onnx"));
  }
}
