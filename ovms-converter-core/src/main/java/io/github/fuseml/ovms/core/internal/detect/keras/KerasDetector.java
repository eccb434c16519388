package io.github.fuseml.ovms.core.internal.detect.keras;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
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

/**
 * Finds Keras models in HDF5 and in Keras's own archive by their content, and refuses those that need
 * code which is not in Keras. Weights without a model are not among them.
 */
public final class KerasDetector implements FormatDetector {
  /** What a user does with a model that cannot be exported here. */
  public static final String EXPORT =
      "load it where it was made and export a SavedModel: model.export(\"dir\")";

  private final FileScan scan =
      new FileScan("a Keras model", Set.of("keras", "h5", "hdf5", "zip"), true);

  @Override
  public String id() {
    return "keras";
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, KerasDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    try {
      return KerasFile.read(tree, file)
          .map(found -> describe(file, found))
          .orElseGet(() -> Verdict.declined("is neither HDF5 nor an archive with a Keras model"));
    } catch (MalformedException e) {
      return Verdict.refused(
          file.path(), "a damaged Keras archive", e.reason(), "fetch or save the model again");
    }
  }

  private static Verdict describe(Artifact file, KerasFile found) {
    Optional<String> foreign = found.config().flatMap(KerasConfig::foreignParts);
    if (foreign.isPresent()) {
      return Verdict.refused(
          file.path(),
          "a " + found.format() + " model with parts that are not Keras's own",
          "it holds " + foreign.get() + ": code from a model is never run",
          EXPORT);
    }
    boolean hdf5 = found.format().equals(ModelFormat.KERAS_H5);
    String version = Shown.line(found.version());
    DetectedModel.Builder model = DetectedModel.builder(found.format(), file.path())
        .name(ModelPaths.stem(file.path()))
        .file(file.path())
        .reason(ModelPaths.name(file.path())
            + (hdf5
                ? " is an HDF5 file with the configuration of a Keras model"
                : " is an archive with config.json and metadata.json, written by Keras " + version))
        .attribute("keras.format", hdf5 ? "h5" : "v3");
    found.config().ifPresent(config -> model.inputs(config.inputs()).outputs(config.outputs()));
    if (!version.isEmpty()) {
      model.attribute("keras.version", version);
    }
    return new Verdict.Found(model.build());
  }
}
