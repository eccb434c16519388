package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.WeightSizes;
import io.github.fuseml.ovms.core.support.OnnxModels;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights stay mapped from their files, from end to end. */
@Timeout(300)
class EngineMemoryTest {
  private static final long TWO_GIB_OF_FLOATS = 1L << 29;
  private static final long LIMIT = 512L << 20;

  @TempDir
  private Path directory;

  @Test
  void given_2_gib_in_one_tensor_and_512_mib_of_private_memory_then_its_halves_are_written() {
    // given
    Path big = OnnxModels.withWeightsBeside(directory.resolve("big.onnx"), TWO_GIB_OF_FLOATS);
    Sandbox sandbox = Sandbox.in(directory.resolve("box"));
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().memoryLimit(LIMIT).build())
        .build()) {
      // when
      ConversionResult result = converter.convert(sandbox
          .request(big)
          .options(OptimizationOptions.builder().compressToFp16(true).build())
          .build());
      // then
      assertThat(result.weights())
          .isEqualTo(new WeightSizes(4 * TWO_GIB_OF_FLOATS, 2 * TWO_GIB_OF_FLOATS));
    }
  }

  @Test
  void given_2_gib_in_many_tensors_and_a_changed_graph_then_512_mib_of_private_memory_are_enough() {
    // given
    int tensors = 64;
    long floats = TWO_GIB_OF_FLOATS / tensors;
    Path big = OnnxModels.withManyWeightsBeside(directory.resolve("big.onnx"), tensors, floats);
    Sandbox sandbox = Sandbox.in(directory.resolve("box"));
    OptimizationOptions options = OptimizationOptions.builder()
        .parameter("input", "x[" + floats + "]")
        .parameter("scale", "2")
        .compressToFp16(true)
        .build();
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().memoryLimit(LIMIT).build())
        .build()) {
      // when
      ConversionResult result =
          converter.convert(sandbox.request(big).options(options).build());
      // then
      assertThat(result.weights()).isNotNull();
      assertThat(result.weights().before())
          .isBetween(4 * TWO_GIB_OF_FLOATS, 4 * TWO_GIB_OF_FLOATS + 64);
      assertThat(result.weights().after())
          .isBetween(2 * TWO_GIB_OF_FLOATS, 2 * TWO_GIB_OF_FLOATS + 64);
      assertThat(result.changes()).contains("input 'x': divided by (2)");
    }
  }

  @ParameterizedTest(name = "up to 10^{0}")
  @ValueSource(ints = {3, 5})
  void given_a_large_tensor_then_little_memory_makes_the_same_of_it_as_much(int exponent)
      throws IOException {
    // given
    int floats = 56 << 20;
    Path big = OnnxModels.withWeightsBeside(directory.resolve("big.onnx"), floats);
    writeValuesOfEverySize(directory.resolve("big.onnx.data"), exponent);
    // when
    Map<String, String> much = halves(big, EngineEnvironment.settings().build(), "much");
    Map<String, String> little =
        halves(big, EngineEnvironment.settings().memoryLimit(400L << 20).build(), "little");
    // then
    assertThat(little).isEqualTo(much);
  }

  private Map<String, String> halves(Path model, EngineSettings engine, String name) {
    Sandbox sandbox = Sandbox.in(directory.resolve(name));
    try (OvmsConverter converter = sandbox.converter(engine).build()) {
      converter.convert(sandbox
          .request(model)
          .options(OptimizationOptions.builder().compressToFp16(true).build())
          .build());
    }
    return Sandbox.digests(sandbox.output());
  }

  /**
   * What halves hold exactly and what they round, what is too small and what is too large for them;
   * from about 4,096 they are so far off that the tensor is kept.
   */
  private static void writeValuesOfEverySize(Path weights, int exponent) throws IOException {
    Random random = new Random(1);
    ByteBuffer values = ByteBuffer.allocate(4 << 20).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(8 + exponent) - 7);
      values.putFloat(random.nextInt(50) == 0 ? 1e6f : (float) value);
    }
    try (FileChannel file = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      file.write(values.flip());
    }
  }

  @Test
  void given_2_gib_of_weights_and_512_mib_of_private_memory_then_it_is_converted() {
    // given
    Path big = OnnxModels.withWeightsBeside(directory.resolve("big.onnx"), TWO_GIB_OF_FLOATS);
    Sandbox sandbox = Sandbox.in(directory.resolve("box"));
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().memoryLimit(LIMIT).build())
        .build()) {
      // when
      ConversionResult result = converter.convert(sandbox.request(big).build());
      // then
      assertThat(result.files()).anyMatch(file -> file.size() >= 4 * TWO_GIB_OF_FLOATS);
    }
  }
}
