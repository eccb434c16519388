package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.FileScan;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Finds TensorFlow Lite models by the identifier of their FlatBuffer. */
public final class TfliteDetector implements FormatDetector {
  private static final String IDENTIFIER = "TFL3";

  private final FileScan scan =
      new FileScan("a TensorFlow Lite model", Set.of("tflite", "lite"), true);

  @Override
  public String id() {
    return ModelFormat.TENSORFLOW_LITE.id();
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, TfliteDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    byte[] head = tree.head(file);
    if (head.length < 8
        || !new String(head, 4, 4, StandardCharsets.ISO_8859_1).equals(IDENTIFIER)) {
      return Verdict.declined("does not have " + IDENTIFIER + " at byte 4");
    }
    try {
      TfliteReader reader = new TfliteReader(new FileBytes(tree, file));
      return new Verdict.Found(DetectedModel.builder(ModelFormat.TENSORFLOW_LITE, file.path())
          .name(ModelPaths.stem(file.path()))
          .file(file.path())
          .inputs(reader.inputs())
          .outputs(reader.outputs())
          .reason(
              ModelPaths.name(file.path()) + " is a FlatBuffer with the identifier " + IDENTIFIER)
          .build());
    } catch (MalformedException e) {
      return Verdict.refused(
          file.path(),
          "a damaged TensorFlow Lite model",
          e.reason(),
          "fetch the file again, or convert it again with tf.lite.TFLiteConverter");
    }
  }
}
