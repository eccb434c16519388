package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.files.Verdicts;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds MLflow models: directories with a file {@code MLmodel}, at the top or one level down. The
 * metadata only says where to look, and is sometimes wrong: what lies there is confirmed by the
 * detector of its format.
 */
public final class MlflowDetector implements FormatDetector {
  private static final int MOST_CANDIDATES = 50;

  /** In the order of preference: the fewer steps lie between the model and OpenVINO, the better. */
  private static final List<Flavor> CONVERTIBLE =
      List.of(new OnnxFlavor(), new TensorFlowFlavor(), new KerasFlavor(), new PaddleFlavor());

  @Override
  public String id() {
    return "mlflow";
  }

  @Override
  public Detection detect(ModelTree tree) {
    List<Artifact> candidates = tree.files().stream()
        .filter(file -> ModelPaths.name(file.path()).equals(MlflowModel.FILE))
        .toList();
    Verdicts verdicts = new Verdicts();
    candidates.stream()
        .filter(file -> ModelPaths.depth(file.path()) <= 1)
        .limit(MOST_CANDIDATES)
        .forEach(
            file -> examine(tree, file).forEach(verdict -> verdicts.add(file.path(), verdict)));
    String nothing = "no file named " + MlflowModel.FILE + " at the top or one level down";
    return verdicts.toDetection(
        candidates.isEmpty()
            ? nothing
            : nothing + "; there is one deeper, at " + candidates.get(0).path());
  }

  private static List<Verdict> examine(ModelTree tree, Artifact file) {
    if (tree.isSingleFile()) {
      return List.of(Verdict.refused(
          file.path(),
          "an MLflow model's description",
          "it is a part of an MLflow model, which is a directory",
          "give the directory that holds " + MlflowModel.FILE));
    }
    try {
      return examine(MlflowModel.read(tree, file));
    } catch (MalformedException e) {
      return List.of(Verdict.refusedPackage(
          file.path(),
          "an MLflow model with an unreadable description",
          MlflowModel.FILE + " " + e.reason(),
          "log the model again, or give the path of the model file inside it"));
    }
  }

  /**
   * The models of all flavors that can be converted, the best first, and what is wrong with the others
   * that could be; without any of these, a refusal of the whole.
   */
  private static List<Verdict> examine(MlflowModel model) {
    List<Verdict> found = new ArrayList<>();
    List<Verdict> complaints = new ArrayList<>();
    for (Flavor flavor : CONVERTIBLE) {
      if (model.hasFlavor(flavor.id())) {
        Verdict verdict = flavor.examine(model);
        (verdict instanceof Verdict.Found ? found : complaints).add(verdict);
      }
    }
    if (found.isEmpty()) {
      return complaints.isEmpty() ? List.of(OtherFlavors.refuse(model)) : complaints.subList(0, 1);
    }
    found.addAll(complaints);
    return found;
  }
}
