package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The variables of a model: an index, {@code <prefix>.index}, and its shards, {@code
 * <prefix>.data-00000-of-00002}.
 *
 * @param files the files that are there
 * @param missing the files that should be there and are not
 */
record Checkpoint(List<String> files, List<String> missing) {
  private static final int MOST_SHARDS = 10_000;

  static Checkpoint find(ModelTree tree, String prefix) {
    String indexPath = prefix + ".index";
    Optional<Artifact> index = tree.find(indexPath);
    if (index.isEmpty()) {
      return new Checkpoint(List.of(), List.of(indexPath));
    }
    List<String> files = new ArrayList<>(List.of(indexPath));
    List<String> missing = new ArrayList<>();
    int shards = shards(new FileBytes(tree, index.get()), shardsByName(tree, prefix));
    for (int shard = 0; shard < shards; shard++) {
      String path = String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix, shard, shards);
      (tree.find(path).isPresent() ? files : missing).add(path);
    }
    return new Checkpoint(files, missing);
  }

  boolean isComplete() {
    return missing.isEmpty();
  }

  boolean hasIndex() {
    return !files.isEmpty();
  }

  /**
   * The number of shards. The index is a table whose first entry has an empty key and, as its value, a
   * message with the number of shards in field 1.
   */
  private static int shards(FileBytes index, int otherwise) {
    try {
      boolean header =
          index.at(0) == 0 && index.at(1) == 0 && index.at(2) > 1 && index.at(3) == 0x08;
      int low = header ? index.at(4) : 0;
      int shards = low < 0x80 ? low : (low & 0x7f) | (index.at(5) << 7);
      return shards > 0 && shards <= MOST_SHARDS ? shards : otherwise;
    } catch (MalformedException e) {
      return otherwise;
    }
  }

  private static int shardsByName(ModelTree tree, String prefix) {
    String start = prefix + ".data-";
    return tree.files().stream()
        .map(Artifact::path)
        .filter(path -> path.startsWith(start))
        .map(path -> ModelPaths.name(path).replaceFirst("^.*-of-0*(\\d{1,5})$", "$1"))
        .filter(count -> count.matches("\\d{1,5}"))
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(1);
  }
}
