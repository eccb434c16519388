package io.github.fuseml.ovms.core.internal.detect.files;

import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Chooses the files of a tree that are worth a look for a format that is a single file: those with a
 * likely suffix first, and those whose suffix says nothing only when none of the likely ones was of
 * the format. Bounded, for every look is a request to a store.
 */
public final class FileScan {
  private static final int DEEPEST = 3;
  private static final int MOST_LIKELY = 200;
  private static final int MOST_OTHERS = 64;

  /** Suffixes that speak against a model in a single file; {@code bin} or no suffix do not. */
  private static final Set<String> HOPELESS = Set.of(
      "c",
      "cc",
      "cfg",
      "cpp",
      "csv",
      "data",
      "dockerfile",
      "gif",
      "gitattributes",
      "gitignore",
      "h",
      "html",
      "index",
      "info",
      "ini",
      "ipynb",
      "java",
      "jpeg",
      "jpg",
      "js",
      "json",
      "log",
      "md",
      "npy",
      "parquet",
      "pdf",
      "pdiparams",
      "png",
      "properties",
      "py",
      "pyc",
      "rst",
      "sh",
      "svg",
      "toml",
      "tsv",
      "txt",
      "whl",
      "yaml",
      "yml");

  private final String what;
  private final Set<String> likely;
  private final boolean others;

  /**
   * A scan for one format.
   *
   * @param what what is looked for, with its article: {@code an ONNX model}
   * @param likely the suffixes that the format usually has, in lower case without a dot
   * @param others whether a file of any other suffix may be of the format too
   */
  public FileScan(String what, Set<String> likely, boolean others) {
    this.what = what;
    this.likely = Set.copyOf(likely);
    this.others = others;
  }

  /** Looks at one file. */
  @FunctionalInterface
  public interface Examiner {
    /**
     * Looks at one file.
     *
     * @param tree the tree
     * @param file a file of it
     * @return what it is
     */
    Verdict examine(ModelTree tree, Artifact file);
  }

  /**
   * Looks at the files of a tree.
   *
   * @param tree the tree
   * @param examiner looks at each
   * @return the answer of all of them
   */
  public Detection scan(ModelTree tree, Examiner examiner) {
    Verdicts verdicts = new Verdicts();
    if (tree.isSingleFile()) {
      look(tree, tree.files(), examiner, verdicts);
    } else {
      look(tree, choose(tree, this::isLikely, MOST_LIKELY), examiner, verdicts);
      if (verdicts.isEmpty() && others) {
        look(tree, choose(tree, this::saysNothing, MOST_OTHERS), examiner, verdicts);
      }
    }
    return verdicts.toDetection(
        "no file of " + tree.files().size() + " has a name that " + what + " might have");
  }

  private static void look(
      ModelTree tree, List<Artifact> files, Examiner examiner, Verdicts verdicts) {
    for (Artifact file : files) {
      verdicts.add(
          file.path(),
          file.size() == 0 ? Verdict.declined("is empty") : examiner.examine(tree, file));
    }
  }

  private List<Artifact> choose(ModelTree tree, Predicate<Artifact> which, int most) {
    return tree.files().stream()
        .filter(file -> ModelPaths.depth(file.path()) <= DEEPEST)
        .filter(which)
        .sorted(Comparator.comparingInt((Artifact file) -> ModelPaths.depth(file.path()))
            .thenComparing(Artifact::path))
        .limit(most)
        .toList();
  }

  private boolean isLikely(Artifact file) {
    return likely.contains(ModelPaths.suffix(file.path()));
  }

  private boolean saysNothing(Artifact file) {
    String suffix = ModelPaths.suffix(file.path());
    // A shard of a checkpoint: data-00000-of-00001.
    return !isLikely(file) && !HOPELESS.contains(suffix) && !suffix.startsWith("data-");
  }
}
