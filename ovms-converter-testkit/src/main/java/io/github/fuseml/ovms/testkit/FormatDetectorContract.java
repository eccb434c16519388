package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link FormatDetector} has to do; its author extends this class.
 *
 * <pre>{@code
 * class MyDetectorContractTest extends FormatDetectorContract {
 *   protected FormatDetector detector() { return new MyDetector(); }
 *   protected ModelTree sample() { return InMemoryTree.ofFile("a.mine", Map.of("a.mine", bytes)); }
 * }
 * }</pre>
 */
@Timeout(300)
public abstract class FormatDetectorContract {
  private static final long MIB = 1024 * 1024;

  /** For the subclass. */
  protected FormatDetectorContract() {}

  /**
   * The detector to test.
   *
   * @return a new detector, or always the same
   */
  protected abstract FormatDetector detector();

  /**
   * A model that the detector finds.
   *
   * @return a new tree that holds it
   */
  protected abstract InMemoryTree sample();

  /**
   * How many bytes the detector may read of a tree, whatever lies in it.
   *
   * @return the bound, 64 MiB unless overridden
   */
  protected long readLimit() {
    return 64 * MIB;
  }

  @Test
  void theIdIsOfTheAllowedCharacters() {
    assertThat(detector().id()).matches("[a-z0-9._-]+");
  }

  @Test
  void givenItsOwnModelWhenDetectedThenItIsFoundWithReasonsAndItsFiles() {
    InMemoryTree tree = sample();

    Detection detection = detector().detect(tree);

    assertThat(detection.models()).isNotEmpty();
    assertThat(detection.declined()).isNull();
    for (DetectedModel model : detection.models()) {
      assertThat(model.reasons()).isNotEmpty();
      assertThat(model.files()).isNotEmpty();
      assertThat(model.files()).allSatisfy(file -> assertThat(tree.find(file)).isPresent());
    }
  }

  @Test
  void givenItsOwnModelWhenDetectedTwiceThenTheAnswersAreTheSame() {
    FormatDetector detector = detector();

    assertThat(described(detector.detect(sample())))
        .isEqualTo(described(detector.detect(sample())));
  }

  @Test
  void givenATreeWithoutFilesWhenDetectedThenItDeclinesWithAReason() {
    assertDeclines(InMemoryTree.ofDirectory(Map.of()));
  }

  @Test
  void givenATreeWithNothingButAReadmeWhenDetectedThenItDeclinesWithAReason() {
    assertDeclines(InMemoryTree.ofDirectory(Map.of("README.md", utf8("# A model\n"))));
  }

  @Test
  void givenASingleEmptyFileWhenDetectedThenItDeclinesWithAReason() {
    assertDeclines(InMemoryTree.ofFile("nothing", Map.of("nothing", new byte[0])));
  }

  @Test
  void givenNoiseUnderTheNamesOfItsOwnModelWhenDetectedThenOnlyTheLibrarysErrorsAreThrown() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      assertAnswers(changed(content -> noise(random, random.nextInt(20_000))));
    }
  }

  @Test
  void givenItsOwnModelCutShortWhenDetectedThenOnlyTheLibrarysErrorsAreThrown() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      assertAnswers(changed(content -> Arrays.copyOf(content, random.nextInt(content.length + 1))));
    }
  }

  @Test
  void givenItsOwnModelWithBytesChangedWhenDetectedThenOnlyTheLibrarysErrorsAreThrown() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      assertAnswers(changed(content -> scratched(content, random)));
    }
  }

  @Test
  void givenItsOwnModelWithGrowingTailWhenDetectedThenWhatIsReadStaysBounded() {
    InMemoryTree tree = changed(content -> Arrays.copyOf(content, (int) (96 * MIB)));

    assertAnswers(tree);

    assertThat(tree.bytesRead()).as("bytes read").isLessThanOrEqualTo(readLimit());
  }

  @Test
  void givenThousandsOfFilesOfOtherKindsWhenDetectedThenWhatIsReadStaysBounded() {
    Map<String, byte[]> contents = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      contents.put("data/part-%05d.bin".formatted(i), noise(new Random(i), 2000));
    }
    InMemoryTree tree = InMemoryTree.ofDirectory(contents);

    assertAnswers(tree);

    assertThat(tree.bytesRead()).as("bytes read").isLessThanOrEqualTo(readLimit());
  }

  private void assertDeclines(ModelTree tree) {
    Detection detection = detector().detect(tree);

    assertThat(detection.models()).isEmpty();
    assertThat(detection.refusals()).isEmpty();
    assertThat(detection.declined()).as("the reason").isNotBlank();
  }

  private void assertAnswers(ModelTree tree) {
    assertThatCode(() -> {
          try {
            assertIsAnAnswer(detector().detect(tree));
          } catch (OvmsConverterException e) {
            assertThat(e.problem().found()).as("what was found").isNotBlank();
          }
        })
        .doesNotThrowAnyException();
  }

  private static void assertIsAnAnswer(Detection detection) {
    boolean nothing = detection.models().isEmpty() && detection.refusals().isEmpty();
    if (nothing) {
      assertThat(detection.declined()).as("the reason").isNotBlank();
    }
    detection.refusals().forEach(refusal -> assertThat(refusal.reason()).isNotBlank());
  }

  private interface Change {
    byte[] apply(byte[] content);
  }

  /** The sample with every file changed. */
  private InMemoryTree changed(Change change) {
    InMemoryTree tree = sample();
    Map<String, byte[]> contents = new HashMap<>();
    tree.contents().forEach((path, content) -> contents.put(path, change.apply(content)));
    return tree.isSingleFile()
        ? InMemoryTree.ofFile(tree.name(), contents)
        : InMemoryTree.ofDirectory(contents);
  }

  private static byte[] noise(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] scratched(byte[] content, Random random) {
    byte[] copy = content.clone();
    for (int i = 0; i < 8 && copy.length > 0; i++) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  private static List<String> described(Detection detection) {
    List<String> parts = new ArrayList<>();
    detection
        .models()
        .forEach(model -> parts.add(
            model + " " + model.files() + model.reasons() + model.inputs() + model.outputs()));
    detection.refusals().forEach(refusal -> parts.add(refusal.toString()));
    parts.add(String.valueOf(detection.declined()));
    return parts;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
