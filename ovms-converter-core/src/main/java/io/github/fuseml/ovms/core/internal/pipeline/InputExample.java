package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The input example that MLflow saves with a model, always under these names. */
final class InputExample {
  private static final List<String> NAMES =
      List.of("serving_input_example.json", "input_example.json");

  private static final int LARGEST = 16 << 20;

  private InputExample() {}

  /** The example as a file of this machine; empty if there is none that is worth reading. */
  static Optional<Path> fetch(DetectedModel model, StoreModelTree tree, Path directory) {
    if (!model.attributes().containsKey("mlflow.flavor")) {
      return Optional.empty();
    }
    String prefix = model.scope().isEmpty() ? "" : model.scope() + "/";
    for (String name : NAMES) {
      Optional<Artifact> file = tree.find(prefix + name).filter(each -> each.size() <= LARGEST);
      if (file.isPresent()) {
        Path target = directory.resolve(name);
        try {
          Files.write(target, tree.read(file.get(), 0, (int) file.get().size()));
          return Optional.of(target);
        } catch (IOException e) {
          throw IoErrors.translate(e, "write", target);
        }
      }
    }
    return Optional.empty();
  }
}
