package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.support.OnnxModels;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Weights stay mapped from their files, from end to end. */
@Timeout(300)
class EngineMemoryTest {
  private static final long TWO_GIB_OF_FLOATS = 1L << 29;
  private static final long LIMIT = 512L << 20;

  @TempDir
  private Path directory;

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
