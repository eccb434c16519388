package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.WeightCompression;
import io.github.fuseml.ovms.api.WeightSizes;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.OnnxModels;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.IrRunner.Tolerance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights are stored smaller, the model computes nearly the same, and the result tells the sizes. */
@Timeout(600)
class WeightCompressionTest {
  @TempDir
  private static Path directory;

  private static Sandbox sandbox;
  private static OvmsConverter converter;
  private static IrRunner runner;

  @BeforeAll
  static void open() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().build();
    converter.installEngine("compression", System.out::println);
    runner = IrRunner.start(EngineEnvironment.python());
  }

  @AfterAll
  static void close() {
    runner.close();
    converter.close();
  }

  private static ConversionResult convert(String model, WeightCompression compression) {
    return converter.convert(sandbox
        .request(FixtureTrees.path(model))
        .output(directory.resolve("served").resolve(model + compression).toString())
        .options(OptimizationOptions.builder().compression(compression).build())
        .build());
  }

  private static Path xml(ConversionResult result) {
    return result.versionLocation().toPath().resolve(result.plan().modelName() + ".xml");
  }

  @ParameterizedTest
  @CsvSource({
    "onnx-big-graph/model.onnx, onnx-big-graph, FP16, 0.6,  0.01",
    "onnx-big-graph/model.onnx, onnx-big-graph, INT8, 0.4,  0.1",
    "onnx-lstm/model.onnx,      onnx-lstm,      FP16, 0.6,  0.01",
    "saved-model-mlp/model,     saved-model-mlp, INT8, 0.99, 0.1",
    "saved-model-conv/model,    saved-model-conv, INT8, 0.6, 0.1",
    "mlflow-onnx/model,         mlflow-onnx,    INT8, 0.99,  0.1"
  })
  void givenWeightsThatAreCompressedThenTheyAreSmallerAndComputeNearlyTheSame(
      String model, String fixture, WeightCompression compression, double share, double tolerance)
      throws IOException {
    // when
    ConversionResult result = convert(model, compression);
    // then
    WeightSizes sizes = Objects.requireNonNull(result.weights());
    Path weights = xml(result).resolveSibling(result.plan().modelName() + ".bin");
    assertThat(sizes.after()).isEqualTo(Files.size(weights));
    assertThat((double) sizes.after() / sizes.before()).isLessThan(share);
    assertThat(runner
            .compare(
                xml(result),
                FixtureTrees.path(fixture + "/samples.npz"),
                new Tolerance(tolerance, tolerance))
            .outputs())
        .isNotEmpty()
        .allSatisfy((output, difference) -> assertThat(difference.beyond()).isNotPositive());
  }

  @Test
  void givenFourBitsThenTheWeightsAreSmallerStill() throws IOException {
    Path model = wide();
    WeightSizes eight = sizes(model, WeightCompression.INT8);
    WeightSizes four = sizes(model, WeightCompression.INT4);
    assertThat(eight.before()).isEqualTo(four.before());
    assertThat(eight.after()).isLessThan(eight.before() * 3 / 10);
    assertThat(four.after()).isLessThan(eight.after() * 8 / 10);
  }

  private static WeightSizes sizes(Path model, WeightCompression compression) {
    ConversionResult result = converter.convert(sandbox
        .request(model)
        .output(directory.resolve("wide").resolve(compression.name()).toString())
        .options(OptimizationOptions.builder().compression(compression).build())
        .build());
    assertThat(result.changes())
        .singleElement()
        .asString()
        .startsWith("weights compressed to " + compression + " by NNCF ");
    return Objects.requireNonNull(result.weights());
  }

  /** Two matrix multiplications of 512 by 500, an odd width for groups of 128. */
  private static Path wide() throws IOException {
    return OnnxModels.withMatrices(directory.resolve("wide.onnx"), 512, 500);
  }

  @Test
  void givenAModelWithoutWeightsThenItSaysSo() {
    BadRequestException error = catchThrowableOfType(
        BadRequestException.class, () -> convert("saved-model-pure/model", WeightCompression.INT8));
    assertThat(error.problem().found()).contains("no weights that INT8 could be made of");
    assertThat(error.problem().remedy()).contains("FP16");
  }

  @Test
  void givenAnEngineWithoutNncfThenItIsNamedWhatToInstall() {
    try (OvmsConverter bare = sandbox
        .converter(EngineEnvironment.settings().home(directory.resolve("home")).build())
        .build()) {
      EngineMissingException error = catchThrowableOfType(
          EngineMissingException.class,
          () -> bare.convert(sandbox
              .request(FixtureTrees.path("onnx-mlp/model.onnx"))
              .options(OptimizationOptions.builder()
                  .compression(WeightCompression.INT8)
                  .build())
              .build()));
      assertThat(error.problem().remedy()).contains("engine install --with compression");
      // The process goes on with what needs no NNCF.
      assertThat(bare.convert(sandbox
                  .request(FixtureTrees.path("onnx-mlp/model.onnx"))
                  .output(directory.resolve("bare").toString())
                  .build())
              .version())
          .isEqualTo(1);
    }
  }

  @Test
  void givenTheProcessThatCompressedThenItAlsoChangesGraphs() {
    converter.convert(sandbox
        .request(FixtureTrees.path("onnx-mlp/model.onnx"))
        .output(directory.resolve("first").toString())
        .options(OptimizationOptions.builder()
            .parameter("data_type", "INT8")
            .parameter("input_shape", "[2,4]")
            .parameter("scale", "2")
            .build())
        .build());
    ConversionResult second = converter.convert(sandbox
        .request(FixtureTrees.path("onnx-mlp/model.onnx"))
        .output(directory.resolve("second").toString())
        .options(OptimizationOptions.builder()
            .parameter("scale", "4")
            .parameter("data_type", "int8")
            .build())
        .build());
    assertThat(second.changes()).hasSize(2).first().asString().contains("divided by (4)");
  }

  @Test
  void givenTheTwoEnvironmentsThenTheyHaveTheSameOpenvino() throws IOException {
    assertThat(pinned("requirements-compression.txt")).isEqualTo(pinned("requirements.txt"));
  }

  private static List<String> pinned(String resource) throws IOException {
    String path = "io/github/fuseml/ovms/core/internal/engine/" + resource;
    try (var in = Objects.requireNonNull(
        WeightCompressionTest.class.getClassLoader().getResourceAsStream(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("openvino=="))
          .toList();
    }
  }
}
