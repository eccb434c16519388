package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.files.Verdicts;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.List;
import java.util.Optional;

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
        .forEach(file -> verdicts.add(file.path(), examine(tree, file)));
    String nothing = "no file named " + MlflowModel.FILE + " at the top or one level down";
    return verdicts.toDetection(
        candidates.isEmpty()
            ? nothing
            : nothing + "; there is one deeper, at " + candidates.get(0).path());
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    if (tree.isSingleFile()) {
      return Verdict.refused(
          file.path(),
          "an MLflow model's description",
          "it is a part of an MLflow model, which is a directory",
          "give the directory that holds " + MlflowModel.FILE);
    }
    try {
      return examine(MlflowModel.read(tree, file));
    } catch (MalformedException e) {
      return Verdict.refusedPackage(
          file.path(),
          "an MLflow model with an unreadable description",
          MlflowModel.FILE + " " + e.reason(),
          "log the model again, or give the path of the model file inside it");
    }
  }

  /** The first flavor that can be converted; without one, the first complaint of those that could be. */
  private static Verdict examine(MlflowModel model) {
    Optional<Verdict> complaint = Optional.empty();
    for (Flavor flavor : CONVERTIBLE) {
      if (!flavor.appliesTo(model)) {
        continue;
      }
      Verdict verdict = flavor.examine(model);
      if (verdict instanceof Verdict.Found) {
        return verdict;
      }
      complaint = complaint.isPresent() ? complaint : Optional.of(verdict);
    }
    return complaint.orElseGet(() -> OtherFlavors.refuse(model));
  }
}
