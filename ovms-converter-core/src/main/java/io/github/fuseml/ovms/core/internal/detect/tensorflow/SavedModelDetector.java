package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.core.internal.detect.files.Verdicts;
import io.github.fuseml.ovms.core.internal.detect.tensorflow.SavedModelReader.MetaGraphs;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.List;
import java.util.Set;

/** Finds SavedModels: directories with a {@code saved_model.pb}, at the top or one level down. */
public final class SavedModelDetector implements FormatDetector {
  static final String BINARY = "saved_model.pb";
  private static final String TEXT = "saved_model.pbtxt";
  private static final String WHAT = "a TensorFlow SavedModel";
  private static final int MOST_CANDIDATES = 50;

  private final String signature;
  private final Set<String> tags;

  /** A detector that takes the default signature, else the first by name. */
  public SavedModelDetector() {
    this("", Set.of());
  }

  /**
   * A detector that takes a certain signature where there is one of that name, of the graph that has
   * certain tags where there is such a graph.
   *
   * @param signature the signature's key; empty for none in particular
   * @param tags all tags of the graph; none for the one for serving
   */
  public SavedModelDetector(String signature, Set<String> tags) {
    this.signature = signature;
    this.tags = Set.copyOf(tags);
  }

  @Override
  public String id() {
    return ModelFormat.TENSORFLOW_SAVED_MODEL.id();
  }

  @Override
  public Detection detect(ModelTree tree) {
    List<Artifact> candidates =
        tree.files().stream().filter(SavedModelDetector::isNamed).toList();
    Verdicts verdicts = new Verdicts();
    candidates.stream()
        .filter(file -> ModelPaths.depth(file.path()) <= 1)
        .limit(MOST_CANDIDATES)
        .forEach(file -> verdicts.add(file.path(), examine(tree, file)));
    String nothing = "no " + BINARY + " at the top or one level down";
    return verdicts.toDetection(
        candidates.isEmpty()
            ? nothing
            : nothing + "; there is one deeper, at " + candidates.get(0).path());
  }

  private static boolean isNamed(Artifact file) {
    String name = ModelPaths.name(file.path());
    return name.equals(BINARY) || name.equals(TEXT);
  }

  private Verdict examine(ModelTree tree, Artifact file) {
    String directory = ModelPaths.parent(file.path());
    if (tree.isSingleFile()) {
      return Verdict.refused(
          file.path(),
          "a TensorFlow SavedModel's graph",
          "it is a part of a SavedModel, which is a directory",
          "give the directory that holds " + ModelPaths.name(file.path()));
    }
    if (file.path().endsWith(TEXT)) {
      return Verdict.refused(
          directory,
          "a TensorFlow SavedModel in text form",
          "OpenVINO reads " + BINARY + " only",
          "save it again in binary form: tf.saved_model.save(model, directory)");
    }
    try {
      MetaGraphs metaGraphs = SavedModelReader.read(new FileBytes(tree, file));
      return new SavedModel(tree, file, metaGraphs).verdict(signature, tags);
    } catch (MalformedException e) {
      return Verdict.refused(
          directory, WHAT, BINARY + " is damaged: " + e.reason(), "fetch or save the model again");
    }
  }
}
