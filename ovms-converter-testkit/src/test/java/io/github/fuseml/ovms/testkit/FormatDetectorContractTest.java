package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The contract, passed by the smallest detector that there is. */
class FormatDetectorContractTest extends FormatDetectorContract {
  @Override
  protected FormatDetector detector() {
    return new MagicDetector();
  }

  @Override
  protected InMemoryTree sample() {
    return InMemoryTree.ofFile(
        "a.magic", Map.of("a.magic", "MAGIC and more".getBytes(StandardCharsets.UTF_8)));
  }

  private static final class MagicDetector implements FormatDetector {
    @Override
    public String id() {
      return "magic";
    }

    @Override
    public Detection detect(ModelTree tree) {
      for (Artifact file : tree.files()) {
        if (file.path().endsWith(".magic")
            && new String(tree.head(file), StandardCharsets.UTF_8).startsWith("MAGIC")) {
          return Detection.found(
              List.of(DetectedModel.builder(new ModelFormat("magic", "Magic"), file.path())
                  .file(file.path())
                  .reason("it begins with MAGIC")
                  .build()));
        }
      }
      return Detection.declined("no .magic file that begins with MAGIC");
    }
  }
}
