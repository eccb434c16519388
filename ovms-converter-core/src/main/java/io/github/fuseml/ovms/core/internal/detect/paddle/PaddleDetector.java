package io.github.fuseml.ovms.core.internal.detect.paddle;

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
import java.util.regex.Pattern;

/** Finds PaddlePaddle models: a program and, beside it, its parameters. */
public final class PaddleDetector implements FormatDetector {
  /** Paddle 3 writes its new intermediate representation unless it is told not to. */
  private static final Pattern PIR = Pattern.compile(
      "\\A\\s*\\{\\s*\"base_code\"\\s*:\\s*\\{[^}]{0,500}\"magic\"\\s*:\\s*\"pir\"");

  private static final String SAVE_AGAIN =
      "save it again with paddle.jit.save in an environment with FLAGS_enable_pir_api=0";

  private final FileScan scan = new FileScan("a Paddle model", Set.of("pdmodel", "json"), true);

  @Override
  public String id() {
    return ModelFormat.PADDLE.id();
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, PaddleDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    String head = new String(tree.head(file), StandardCharsets.ISO_8859_1);
    if (PIR.matcher(head).find()) {
      return Verdict.refused(
          file.path(),
          "a Paddle 3 program in its PIR form",
          "OpenVINO reads programs in the older form only, .pdmodel",
          SAVE_AGAIN);
    }
    FileBytes bytes = new FileBytes(tree, file);
    boolean named = file.path().endsWith(".pdmodel");
    if (!ProgramReader.looksLikeProgram(bytes, named)) {
      return Verdict.declined("does not begin with a block of a Paddle program");
    }
    try {
      return judge(tree, file, ProgramReader.read(bytes));
    } catch (MalformedException e) {
      return Verdict.refused(
          file.path(), "a damaged Paddle program", e.reason(), "fetch the file again");
    }
  }

  private static Verdict judge(ModelTree tree, Artifact file, Program program) {
    String parameters = ModelPaths.withSuffix(file.path(), ".pdiparams");
    boolean there = tree.find(parameters).isPresent();
    if (!there && program.parameters() > 0) {
      return Verdict.refused(
          file.path(),
          "a Paddle program without its parameters",
          parameters + " is missing: it holds " + program.parameters() + " parameter(s)",
          "copy it beside the program, under the same name");
    }
    if (program.outputs().isEmpty()) {
      return Verdict.refused(
          file.path(),
          "a Paddle program for training",
          "it fetches nothing, so it has no outputs to serve",
          "save it for inference: paddle.static.save_inference_model or paddle.jit.save");
    }
    DetectedModel.Builder found = DetectedModel.builder(ModelFormat.PADDLE, file.path())
        .name(ModelPaths.stem(file.path()))
        .file(file.path())
        .inputs(program.inputs())
        .outputs(program.outputs())
        .reason(ModelPaths.name(file.path())
            + " is a Paddle program with "
            + program.operators()
            + " operator(s)");
    if (there) {
      found.file(parameters).reason("its parameters are beside it");
    }
    return new Verdict.Found(found.build());
  }
}
