package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.FileScan;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.Optional;
import java.util.Set;

/** Finds ONNX models by the structure of their protobuf message, whatever they are called. */
public final class OnnxDetector implements FormatDetector {
  private static final String DAMAGED = "a damaged ONNX model";

  private final FileScan scan = new FileScan("an ONNX model", Set.of("onnx"), true);

  @Override
  public String id() {
    return "onnx";
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, OnnxDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    FileBytes bytes = new FileBytes(tree, file);
    OnnxHeader header = OnnxHeader.read(bytes);
    boolean named = ModelPaths.suffix(file.path()).equals("onnx");
    if (!header.isOnnx(named)) {
      return Verdict.declined(header.whyNot());
    }
    if (header.damage() != null) {
      return Verdict.refused(
          file.path(), DAMAGED, header.damage(), "fetch or export the model again");
    }
    try {
      OnnxModel model = OnnxReader.read(bytes);
      if (model.outputs().isEmpty()) {
        return Verdict.refused(
            file.path(),
            "an ONNX model without outputs",
            "its graph computes nothing that could be served",
            "export the model again with its outputs named");
      }
      Optional<Verdict> wrong =
          model.externalData().check(tree, file.path(), ModelPaths.parent(file.path()));
      return wrong.orElseGet(() -> new Verdict.Found(describe(file, model)));
    } catch (MalformedException e) {
      return Verdict.refused(file.path(), DAMAGED, e.reason(), "fetch or export the model again");
    }
  }

  private static DetectedModel describe(Artifact file, OnnxModel model) {
    Set<String> external = model.externalData().files(ModelPaths.parent(file.path()));
    DetectedModel.Builder found = DetectedModel.builder(ModelFormat.ONNX, file.path())
        .name(ModelPaths.stem(file.path()))
        .file(file.path())
        .files(external)
        .inputs(model.inputs())
        .outputs(model.outputs())
        .reason(ModelPaths.name(file.path())
            + " is an ONNX ModelProto: IR version "
            + model.irVersion()
            + ", opset "
            + model.opset()
            + ", "
            + model.nodes()
            + (model.nodes() == 1 ? " node" : " nodes"));
    if (!external.isEmpty()) {
      found.reason("its weights lie in " + external.size()
          + " external data file(s), all there and long enough");
    }
    found.attribute("onnx.ir_version", Long.toString(model.irVersion()));
    found.attribute("onnx.opset", Long.toString(model.opset()));
    if (!model.domains().isEmpty()) {
      found.attribute("onnx.domains", model.domains());
    }
    if (!model.foreign().isEmpty()) {
      found.warning("OpenVINO may not know the operators " + model.foreign());
    }
    if (!model.producer().isEmpty()) {
      found.attribute("onnx.producer", Shown.line(model.producer()));
    }
    return found.build();
  }
}
