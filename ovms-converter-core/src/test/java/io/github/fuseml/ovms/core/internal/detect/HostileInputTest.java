package io.github.fuseml.ovms.core.internal.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.core.internal.detect.support.Answers;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a file holds, a detector answers: soon, and without an error of its own. */
class HostileInputTest {
  private static final int ROUNDS = 15;
  private static final int LARGEST = 1 << 20;

  @TempDir
  private Path directory;

  static Stream<Fixture> fixtures() {
    return Fixtures.all().stream();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void givenADamagedFileThenEveryDetectorAnswers(Fixture fixture) throws IOException {
    Random random = new Random(fixture.name().hashCode());
    Path root = FixtureTrees.path(fixture.name());
    Path copy = Answers.copy(root, directory.resolve("model"));
    DirectoryTree whole = DirectoryTree.of(fixture.source());
    // Sorted, so that a seed stands for the same damage in every run.
    for (String path : new TreeSet<>(fixture.files().keySet())) {
      Path file = FixtureTrees.path(path);
      if (file.toString().endsWith(".npz") || Files.size(file) > LARGEST) {
        continue;
      }
      byte[] original = Files.readAllBytes(file);
      Path target = copy.resolve(root.relativize(file).toString());
      Path source = copy.resolve(root.relativize(whole.root()).toString());
      for (int round = 0; round < ROUNDS; round++) {
        Files.write(target, damage(original, random));
        DirectoryTree tree = DirectoryTree.of(whole.isSingleFile() ? target : source);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> askAll(tree));
      }
      Files.write(target, original);
    }
  }

  private static byte[] damage(byte[] original, Random random) {
    byte[] bytes = original.clone();
    if (bytes.length == 0) {
      return bytes;
    }
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int i = 0; i < (kind == 1 ? 1 : 16); i++) {
      bytes[random.nextInt(Math.min(bytes.length, kind == 3 ? 256 : bytes.length))] =
          (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static void askAll(DirectoryTree tree) {
    for (FormatDetector detector : BuiltInDetectors.all()) {
      try {
        Detection detection = detector.detect(tree);
        assertThat(detection.models().isEmpty() && detection.refusals().isEmpty())
            .isEqualTo(detection.declined() != null);
      } catch (OvmsConverterException e) {
        assertThat(e.problem().found()).isNotEmpty();
      }
    }
  }
}
