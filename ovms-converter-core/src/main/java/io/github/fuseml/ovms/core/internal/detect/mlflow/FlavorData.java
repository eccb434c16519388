package io.github.fuseml.ovms.core.internal.detect.mlflow;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.SubTree;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a flavor's path leads to, confirmed by the detector of its format. */
final class FlavorData {
  private final MlflowModel model;
  private final String flavor;
  private final List<String> warnings = new ArrayList<>();
  private String signature = "";

  FlavorData(MlflowModel model, String flavor) {
    this.model = model;
    this.flavor = flavor;
  }

  /** The signature that the description asks for; empty for any. */
  FlavorData withSignature(String key) {
    signature = key;
    return this;
  }

  /** Something to tell whoever converts the model. */
  void withWarning(String text) {
    warnings.add(text);
  }

  boolean isThere(String path) {
    try {
      return model.tree().find(in(ModelPaths.inside(path))).isPresent();
    } catch (MalformedException e) {
      return false;
    }
  }

  /**
   * Asks a detector what lies at a path.
   *
   * @param path what the description says, relative to the model's directory
   * @param detector the detector of the format that is promised
   * @return the model or a refusal, both accounting for the whole MLflow model
   */
  Verdict confirm(String path, FormatDetector detector) {
    String inside;
    try {
      inside = ModelPaths.inside(path);
    } catch (MalformedException e) {
      return refuse(
          "the flavor's path " + Shown.quoted(path) + " " + e.reason(),
          "log the model again; a path must stay in the model's directory");
    }
    ModelTree tree = model.tree();
    String full = in(inside);
    Optional<Artifact> file = inside.isEmpty() ? Optional.empty() : tree.find(full);
    SubTree view = file.map(found -> SubTree.ofFile(tree, found))
        .orElseGet(() -> SubTree.ofDirectory(tree, full));
    if (view.files().isEmpty()) {
      return refuse(
          "the flavor's path " + Shown.quoted(path) + " is missing",
          "copy the whole directory of the model");
    }
    return judge(inside, view, detector.detect(view));
  }

  private Verdict judge(String path, SubTree view, Detection detection) {
    if (!detection.models().isEmpty()) {
      return new Verdict.Found(describe(path, view, detection.models().get(0)));
    }
    if (!detection.refusals().isEmpty()) {
      Refusal refusal = view.rebase(detection.refusals().get(0));
      return model.refuse(
          "an MLflow model (flavor " + flavor + ") around " + refusal.what(),
          refusal.path() + ": " + refusal.reason(),
          refusal.remedy());
    }
    return refuse(
        "what lies at " + Shown.quoted(path) + " is not what the flavor says: "
            + detection.declined(),
        "log the model again");
  }

  private DetectedModel describe(String path, SubTree view, DetectedModel found) {
    List<String> reasons = List.of(
        model.origin(),
        "its flavor " + flavor + " names " + (path.isEmpty() ? "the model's directory" : path)
            + ", and that is " + found.format());
    DetectedModel.Builder rebased = model.describe(flavor, view.rebase(found, reasons));
    String used = found.attributes().getOrDefault("tensorflow.signature", "");
    if (!signature.isEmpty() && !signature.equals(used)) {
      rebased.warning("MLflow would call the signature "
          + Shown.quoted(signature)
          + ", which is not there; converted is "
          + Shown.quoted(used));
    }
    warnings.forEach(rebased::warning);
    return rebased.build();
  }

  private Verdict refuse(String reason, String remedy) {
    return model.refuse("an MLflow model with the flavor " + flavor, reason, remedy);
  }

  private String in(String path) {
    return ModelPaths.join(model.directory(), path);
  }
}
