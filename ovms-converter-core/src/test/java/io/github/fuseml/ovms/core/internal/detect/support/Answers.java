package io.github.fuseml.ovms.core.internal.detect.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks a detector and expects one kind of answer. */
public final class Answers {
  private Answers() {}

  public static DetectedModel found(FormatDetector detector, ModelTree tree) {
    Detection detection = detector.detect(tree);
    assertThat(detection.models()).as("%s", detection).hasSize(1);
    return detection.models().get(0);
  }

  public static Refusal refused(FormatDetector detector, ModelTree tree) {
    Detection detection = detector.detect(tree);
    assertThat(detection.models()).as("%s", detection).isEmpty();
    assertThat(detection.refusals()).as("%s", detection).hasSize(1);
    return detection.refusals().get(0);
  }

  public static String declined(FormatDetector detector, ModelTree tree) {
    Detection detection = detector.detect(tree);
    assertThat(detection.models()).as("%s", detection).isEmpty();
    assertThat(detection.refusals()).as("%s", detection).isEmpty();
    assertThat(detection.declined()).isNotNull();
    return detection.declined();
  }

  /** Writes a file below a directory. */
  public static Path write(Path directory, String path, byte[] content) {
    try {
      Path file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path write(Path directory, String path, String content) {
    return write(directory, path, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Copies a directory with all below it. */
  public static Path copy(Path from, Path to) {
    try (var walk = Files.walk(from)) {
      for (Path source : walk.toList()) {
        Path target = to.resolve(from.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
