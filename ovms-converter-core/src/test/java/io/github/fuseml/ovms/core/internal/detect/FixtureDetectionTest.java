package io.github.fuseml.ovms.core.internal.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.ModelTree;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model that a real library wrote is found as what it is, and every damaged one is not. */
class FixtureDetectionTest {
  /** Formats that the manifest names more finely than the API does. */
  private static final Map<String, String> FORMATS = Map.of("openvino.ir", "openvino");

  /** What only an engine notices. */
  private static final List<String> BAD_FOR_THE_ENGINE_ONLY =
      List.of("bad-onnx-unknown-operator", "bad-keras-h5-external", "keras-2-h5-custom");

  static Stream<Fixture> convertible() {
    return Fixtures.all().stream().filter(Fixture::isConvertible);
  }

  static Stream<Fixture> notConvertible() {
    return Fixtures.all().stream()
        .filter(fixture -> !fixture.isConvertible())
        .filter(fixture -> !FixtureTrees.innerFormat(fixture).equals("ambiguous"))
        .filter(fixture -> !BAD_FOR_THE_ENGINE_ONLY.contains(fixture.name()));
  }

  static Stream<Fixture> ambiguous() {
    return Fixtures.all().stream()
        .filter(fixture -> FixtureTrees.innerFormat(fixture).equals("ambiguous"));
  }

  @ParameterizedTest
  @MethodSource("convertible")
  void givenAModelThatALibraryWroteThenItIsFoundOnce(Fixture fixture) {
    DirectoryTree tree = DirectoryTree.of(fixture.source());

    List<DetectedModel> models = models(tree);

    assertThat(models).hasSize(1);
    DetectedModel model = models.get(0);
    String format = FixtureTrees.innerFormat(fixture);
    assertThat(model.format().id()).isIn(format, FORMATS.getOrDefault(format, format));
    assertThat(model.reasons()).isNotEmpty();
    assertThat(model.name()).isNotEmpty();
    assertThat(model.files())
        .isNotEmpty()
        .allSatisfy(path -> assertThat(tree.find(path)).isPresent());
  }

  @ParameterizedTest
  @MethodSource("convertible")
  void givenAModelThatALibraryWroteThenItsInputsAndOutputsAreTold(Fixture fixture) {
    DetectedModel model = models(DirectoryTree.of(fixture.source())).get(0);

    assertThat(sorted(model.inputs())).isEqualTo(sorted(fixture.inputs()));
    if (FixtureTrees.innerFormat(fixture).startsWith("keras.")) {
      // A Keras file has the names; types and shapes come about when the layers are built.
      assertThat(names(model.outputs())).isEqualTo(names(fixture.outputs()));
    } else if (!model.outputs().isEmpty()) {
      assertThat(sorted(model.outputs())).isEqualTo(sorted(fixture.outputs()));
    }
  }

  @ParameterizedTest
  @MethodSource("notConvertible")
  void givenAModelThatCannotBeConvertedThenNoneIsFound(Fixture fixture) {
    DirectoryTree tree = DirectoryTree.of(fixture.source());

    assertThat(models(tree)).isEmpty();
    if (!FixtureTrees.innerFormat(fixture).equals("unknown")) {
      List<Detection.Refusal> refusals = BuiltInDetectors.all().stream()
          .flatMap(detector -> detector.detect(tree).refusals().stream())
          .toList();
      assertThat(refusals).isNotEmpty().allSatisfy(refusal -> {
        assertThat(refusal.what()).isNotEmpty();
        assertThat(refusal.reason()).isNotEmpty();
        assertThat(refusal.remedy()).isNotEmpty();
      });
    }
  }

  @ParameterizedTest
  @MethodSource("ambiguous")
  void givenTwoModelsInOneDirectoryThenBothAreFound(Fixture fixture) {
    List<DetectedModel> found = BuiltInDetectors.all().stream()
        .flatMap(detector -> detector.detect(DirectoryTree.of(fixture.source())).models().stream())
        .toList();

    assertThat(found).hasSizeGreaterThan(1);
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).sorted().toList();
  }

  private static List<TensorSpec> sorted(List<TensorSpec> specs) {
    return specs.stream().sorted(Comparator.comparing(TensorSpec::name)).toList();
  }

  /** The candidates that lie in no other candidate's scope, be that one found or refused. */
  private static List<DetectedModel> models(ModelTree tree) {
    List<Detection> answers =
        BuiltInDetectors.all().stream().map(detector -> detector.detect(tree)).toList();
    List<DetectedModel> all =
        answers.stream().flatMap(answer -> answer.models().stream()).toList();
    List<String> refused = answers.stream()
        .flatMap(answer -> answer.refusals().stream())
        .map(Detection.Refusal::scope)
        .toList();
    return all.stream()
        .filter(model ->
            all.stream().noneMatch(other -> other != model && covers(other.scope(), model.scope())))
        .filter(model -> refused.stream().noneMatch(scope -> covers(scope, model.scope())))
        .toList();
  }

  private static boolean covers(String outer, String inner) {
    return outer.isEmpty() || inner.equals(outer) || inner.startsWith(outer + "/");
  }
}
