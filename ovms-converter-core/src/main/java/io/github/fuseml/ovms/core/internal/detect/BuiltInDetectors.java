package io.github.fuseml.ovms.core.internal.detect;

import io.github.fuseml.ovms.core.internal.detect.onnx.OnnxDetector;
import io.github.fuseml.ovms.core.internal.detect.paddle.PaddleDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.FrozenGraphDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.util.List;

/** The detectors that come with the converter. */
public final class BuiltInDetectors {
  private BuiltInDetectors() {}

  /**
   * The detectors in the order in which they are asked.
   *
   * @return new detectors
   */
  public static List<FormatDetector> all() {
    return List.of(
        new OnnxDetector(),
        new SavedModelDetector(),
        new FrozenGraphDetector(),
        new PaddleDetector());
  }
}
