package io.github.fuseml.ovms.core.internal.detect;

import io.github.fuseml.ovms.core.internal.detect.keras.KerasDetector;
import io.github.fuseml.ovms.core.internal.detect.mlflow.MlflowDetector;
import io.github.fuseml.ovms.core.internal.detect.onnx.OnnxDetector;
import io.github.fuseml.ovms.core.internal.detect.openvino.IrDetector;
import io.github.fuseml.ovms.core.internal.detect.paddle.PaddleDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.FrozenGraphDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.MetaGraphDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelDetector;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.TfliteDetector;
import io.github.fuseml.ovms.core.internal.detect.unsupported.UnsupportedDetector;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.util.List;

/** The detectors that come with the converter. */
public final class BuiltInDetectors {
  private BuiltInDetectors() {}

  /**
   * Whether a detector is one of them.
   *
   * @param detector a detector
   * @return false for one of an extension
   */
  public static boolean isOne(FormatDetector detector) {
    String own = BuiltInDetectors.class.getPackageName() + ".";
    return detector.getClass().getName().startsWith(own);
  }

  /**
   * All of them: packages first, then formats, then what is recognised only to be refused.
   *
   * @return the detectors in the order in which their answers are told
   */
  public static List<FormatDetector> all() {
    return List.of(
        new MlflowDetector(),
        new SavedModelDetector(),
        new OnnxDetector(),
        new IrDetector(),
        new FrozenGraphDetector(),
        new MetaGraphDetector(),
        new TfliteDetector(),
        new PaddleDetector(),
        new KerasDetector(),
        new UnsupportedDetector());
  }
}
