package io.github.fuseml.ovms.core.internal.detect.openvino;

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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds OpenVINO IR: a description in XML and its weights beside it. */
public final class IrDetector implements FormatDetector {
  /** The oldest version that OpenVINO 2022 and later reads. */
  private static final int OLDEST_VERSION = 10;

  /** The root element, perhaps after a declaration and comments. */
  private static final Pattern ROOT = Pattern.compile(
      "\\A(?:\\xEF\\xBB\\xBF)?\\s*(?:<\\?xml[^>]{0,200}>\\s*)?(?:<!--.{0,2000}?-->\\s*)?<net[\\s>]",
      Pattern.DOTALL);

  private final FileScan scan = new FileScan("an OpenVINO IR", Set.of("xml"), false);

  @Override
  public String id() {
    return ModelFormat.OPENVINO_IR.id();
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, IrDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    String head = new String(tree.head(file), StandardCharsets.ISO_8859_1);
    if (!ROOT.matcher(head).find()) {
      return Verdict.declined("does not begin with an element <net>");
    }
    try {
      Ir ir = IrReader.read(new FileBytes(tree, file));
      return judge(tree, file, ir);
    } catch (MalformedException e) {
      return Verdict.refused(
          file.path(), "a damaged OpenVINO IR", e.reason(), "fetch the file again");
    }
  }

  private static Verdict judge(ModelTree tree, Artifact file, Ir ir) {
    if (ir.version() < OLDEST_VERSION) {
      return Verdict.refused(
          file.path(),
          "an OpenVINO IR of version " + ir.version(),
          "OpenVINO reads version " + OLDEST_VERSION + " and later",
          "convert the model that it was made from");
    }
    if (ir.outputs().isEmpty()) {
      return Verdict.refused(
          file.path(),
          "an OpenVINO IR without outputs",
          "it computes nothing that could be served",
          "convert the model that it was made from again");
    }
    String weights = ModelPaths.withSuffix(file.path(), ".bin");
    Optional<Artifact> bin = tree.find(weights);
    if (ir.weights() > 0 && bin.isEmpty()) {
      return Verdict.refused(
          file.path(),
          "an OpenVINO IR without its weights",
          weights + " is missing: it holds " + ir.weights() + " bytes",
          "copy it beside the description, under the same name");
    }
    if (bin.isPresent() && bin.get().size() < ir.weights()) {
      return Verdict.refused(
          file.path(),
          "an OpenVINO IR with truncated weights",
          weights + " has " + bin.get().size() + " bytes, its layers use " + ir.weights(),
          "copy it again");
    }
    DetectedModel.Builder found = DetectedModel.builder(ModelFormat.OPENVINO_IR, file.path())
        .name(ModelPaths.stem(file.path()))
        .file(file.path())
        .inputs(ir.inputs())
        .outputs(ir.outputs())
        .reason(ModelPaths.name(file.path())
            + " is an OpenVINO IR of version "
            + ir.version()
            + " with "
            + ir.layers()
            + " layer(s)")
        .attribute("openvino.ir_version", Integer.toString(ir.version()));
    if (bin.isPresent()) {
      found
          .file(weights)
          .reason("its weights are beside it, all " + ir.weights() + " bytes in use");
    }
    return new Verdict.Found(found.build());
  }
}
