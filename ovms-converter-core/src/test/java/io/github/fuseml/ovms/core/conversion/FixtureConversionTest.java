package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.IrRunner.Comparison;
import io.github.fuseml.ovms.testkit.IrRunner.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model that a real library wrote computes the same after its conversion. */
class FixtureConversionTest {
  @TempDir
  private static Path shared;

  private static OvmsConverter converter;
  private static IrRunner runner;

  @TempDir
  private Path directory;

  private Sandbox sandbox;

  @BeforeAll
  static void start() {
    converter = Sandbox.in(shared).converter().build();
    converter.installEngine("keras", System.out::println);
    runner = IrRunner.start(EngineEnvironment.python());
  }

  @AfterAll
  static void end() {
    runner.close();
    converter.close();
  }

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory);
  }

  static Stream<Fixture> convertible() {
    return Fixtures.all().stream().filter(Fixture::isConvertible);
  }

  /** Without those that TensorFlow has to be started for: each takes seconds. */
  static Stream<Fixture> readByOpenVino() {
    return convertible().filter(fixture -> !FixtureTrees.innerFormat(fixture).startsWith("keras."));
  }

  /** One of each front end; an IR is moved as it is and takes no options. */
  static Stream<Fixture> compressible() {
    return convertible()
        .filter(fixture -> List.of(
                "onnx-big-graph",
                "onnx-external-two",
                "saved-model-conv",
                "saved-model-lstm",
                "saved-model-no-default",
                "frozen-graph",
                "tf1-meta-graph",
                "tflite-conv",
                "paddle-conv",
                "mlflow-onnx-external")
            .contains(fixture.name()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("convertible")
  void givenAModelWhenItIsConvertedThenItComputesWhatItsFrameworkComputed(Fixture fixture) {
    // when
    ConversionResult result = convert(fixture, OptimizationOptions.defaults());

    // then
    Comparison comparison = compare(fixture, result, "tolerance");
    assertThat(comparison.cases()).isPositive();
    assertThat(comparison.outputs().keySet())
        .containsExactlyInAnyOrderElementsOf(names(fixture.outputs()));
    assertThat(comparison.outputs())
        .allSatisfy((output, difference) ->
            assertThat(difference.beyond()).as("%s: %s", output, difference).isNotPositive());
    assertThat(result.inputs()).containsExactlyInAnyOrderElementsOf(fixture.inputs());
    assertThat(result.outputs()).containsExactlyInAnyOrderElementsOf(fixture.outputs());
    sandbox.assertOnlyVersions(1);
    assertThat(shared.resolve("work")).isEmptyDirectory();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("readByOpenVino")
  void givenAModelWhenItIsConvertedThenTheResultTellsWhatLiesThere(Fixture fixture) {
    // given
    Map<String, String> before = Sandbox.digests(FixtureTrees.path(fixture.name()));
    ConversionRequest request = request(fixture, OptimizationOptions.defaults());
    ConversionPlan planned = converter.plan(request);

    // when
    ConversionResult result = converter.convert(request);

    // then
    Path version = sandbox.output().resolve("1");
    assertThat(result.versionLocation().toPath()).isEqualTo(version);
    assertThat(result.version()).isEqualTo(1);
    Map<String, String> there = Sandbox.digests(version);
    assertThat(result.files()).allSatisfy(file -> {
      assertThat(file.sha256()).isEqualTo(there.get(file.path()));
      assertThat(file.size()).isEqualTo(Files.size(version.resolve(file.path())));
    });
    assertThat(result.files()).hasSameSizeAs(there.keySet());
    assertThat(result.timings()).containsOnlyKeys(EnumSet.range(Stage.RESOLVE, Stage.PUBLISH));
    // What was planned is what was done.
    assertThat(result.plan()).usingRecursiveComparison().isEqualTo(planned);
    assertThat(planned.output()).isEqualTo(result.output());
    assertThat(planned.version()).isEqualTo(result.version());
    // The source is only read.
    assertThat(Sandbox.digests(FixtureTrees.path(fixture.name()))).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("compressible")
  void givenHalfPrecisionWhenAModelIsConvertedThenItsWeightsTakeHalfAndItStillAgrees(
      Fixture fixture) throws IOException {
    // given
    ConversionResult full = convert(fixture, OptimizationOptions.defaults());

    // when
    ConversionResult half =
        convert(fixture, OptimizationOptions.builder().compressToFp16(true).build());

    // then
    Comparison comparison = compare(fixture, half, "tolerance_fp16");
    assertThat(comparison.outputs())
        .allSatisfy((output, difference) ->
            assertThat(difference.beyond()).as("%s: %s", output, difference).isNotPositive());
    assertThat(comparison.constants()).contains("f16");
    assertThat(compare(fixture, full, "tolerance").constants()).contains("f32");
    // Shapes and indices stay as they are; they are few.
    assertThat(weights(half)).isBetween(weights(full) * 45 / 100, weights(full) * 65 / 100);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("compressible")
  void givenNoOptionWhenAModelIsConvertedThenItsPrecisionIsKept(Fixture fixture) {
    ConversionResult result = convert(fixture, OptimizationOptions.defaults());

    assertThat(compare(fixture, result, "tolerance").constants()).doesNotContain("f16");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withSignaturesOfEqualNames")
  void givenSignaturesOfEqualNamesWhenOneIsConvertedThenItIsNotTheOther(
      Fixture fixture, String other) {
    ConversionResult result = convert(fixture, OptimizationOptions.defaults());

    Path samples = FixtureTrees.path(fixture
        .json()
        .getAsJsonObject("other_signatures")
        .getAsJsonObject(other)
        .get("samples")
        .getAsString());
    assertThat(runner
            .compare(file(result, ".xml"), samples, new Tolerance(1e-3, 1e-3))
            .outputs())
        .isNotEmpty()
        .allSatisfy((output, difference) -> assertThat(difference.beyond()).isPositive());
  }

  static Stream<Arguments> withSignaturesOfEqualNames() {
    return convertible()
        .filter(fixture -> fixture.name().equals("saved-model-same-names"))
        .map(fixture -> Arguments.of(fixture, "squashed"));
  }

  private ConversionResult convert(Fixture fixture, OptimizationOptions options) {
    return converter.convert(request(fixture, options));
  }

  private ConversionRequest request(Fixture fixture, OptimizationOptions options) {
    return sandbox.request(fixture.source()).options(options).build();
  }

  private static Comparison compare(Fixture fixture, ConversionResult result, String tolerance) {
    JsonObject limits = fixture.json().getAsJsonObject(tolerance);
    return runner.compare(
        file(result, ".xml"),
        fixture.samples().orElseThrow(),
        new Tolerance(limits.get("abs").getAsDouble(), limits.get("rel").getAsDouble()));
  }

  private static long weights(ConversionResult result) throws IOException {
    return Files.size(file(result, ".bin"));
  }

  private static Path file(ConversionResult result, String suffix) {
    return result.files().stream()
        .filter(file -> file.path().endsWith(suffix))
        .map(file -> result.versionLocation().toPath().resolve(file.path()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }
}
