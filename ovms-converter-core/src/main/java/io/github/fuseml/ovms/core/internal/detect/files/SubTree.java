package io.github.fuseml.ovms.core.internal.detect.files;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.List;
import java.util.Optional;

/** A directory of a tree, or one file in it, as a tree of its own: to ask another detector about it. */
public final class SubTree implements ModelTree {
  private final ModelTree tree;
  private final String directory;
  private final String name;
  private final boolean singleFile;
  private final List<Artifact> files;

  private SubTree(
      ModelTree tree, String directory, String name, boolean singleFile, List<Artifact> files) {
    this.tree = tree;
    this.directory = directory;
    this.name = name;
    this.singleFile = singleFile;
    this.files = files;
  }

  /**
   * A directory as a tree.
   *
   * @param tree the tree
   * @param directory a directory of it; empty for the tree itself
   * @return the view
   */
  public static SubTree ofDirectory(ModelTree tree, String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    List<Artifact> below = tree.files().stream()
        .filter(file -> file.path().startsWith(prefix))
        .map(file -> file.withPath(file.path().substring(prefix.length())))
        .toList();
    String name = directory.isEmpty() ? tree.name() : ModelPaths.name(directory);
    return new SubTree(tree, directory, name, false, below);
  }

  /**
   * A single file as a tree.
   *
   * @param tree the tree
   * @param file a file of it
   * @return the view; its directory is the file's
   */
  public static SubTree ofFile(ModelTree tree, Artifact file) {
    String name = ModelPaths.name(file.path());
    return new SubTree(
        tree, ModelPaths.parent(file.path()), name, true, List.of(file.withPath(name)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isSingleFile() {
    return singleFile;
  }

  @Override
  public List<Artifact> files() {
    return files;
  }

  @Override
  public Optional<Artifact> find(String path) {
    try {
      String inside = ModelPaths.inside(path);
      return tree.find(ModelPaths.join(directory, inside)).map(file -> file.withPath(inside));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  @Override
  public byte[] read(Artifact file, long offset, int length) {
    return tree.read(file.withPath(ModelPaths.join(directory, file.path())), offset, length);
  }

  /**
   * A model that was found in this view, as it lies in the whole tree.
   *
   * @param model a model of this view
   * @param before reasons to give before its own
   * @return a builder with its paths rebased
   */
  public DetectedModel.Builder rebase(DetectedModel model, List<String> before) {
    DetectedModel.Builder rebased = DetectedModel.builder(
            model.format(), ModelPaths.join(directory, model.path()))
        .scope(ModelPaths.join(directory, model.scope()))
        .name(model.name())
        .files(
            model.files().stream().map(path -> ModelPaths.join(directory, path)).toList())
        .inputs(model.inputs())
        .outputs(model.outputs())
        .signatures(model.signatures());
    before.forEach(rebased::reason);
    model.reasons().forEach(rebased::reason);
    model.warnings().forEach(rebased::warning);
    model.attributes().forEach(rebased::attribute);
    return rebased;
  }

  /**
   * A refusal of this view, as it lies in the whole tree.
   *
   * @param refusal a refusal of this view
   * @return the same with its paths rebased
   */
  public Refusal rebase(Refusal refusal) {
    return new Refusal(
        ModelPaths.join(directory, refusal.path()),
        ModelPaths.join(directory, refusal.scope()),
        refusal.what(),
        refusal.reason(),
        refusal.remedy());
  }
}
