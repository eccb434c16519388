package io.github.fuseml.ovms.core.internal.detect.unsupported;

import io.github.fuseml.ovms.core.internal.detect.files.FileScan;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.Set;

/**
 * Recognises what OpenVINO does not read, to say what it is and what to do instead. It looks at magic
 * numbers and at the names in archives; it never unpickles, runs or unpacks anything.
 */
public final class UnsupportedDetector implements FormatDetector {
  private static final Set<String> SUFFIXES = Set.of(
      "bz2",
      "caffemodel",
      "cbm",
      "ckpt",
      "cb",
      "dill",
      "gguf",
      "gz",
      "h5",
      "hdf5",
      "index",
      "joblib",
      "json",
      "keras",
      "lgb",
      "mar",
      "model",
      "npz",
      "params",
      "pkl",
      "pickle",
      "pmml",
      "pt",
      "pt2",
      "pth",
      "safetensors",
      "skops",
      "tar",
      "tgz",
      "torch",
      "ubj",
      "xgb",
      "zip");

  private final FileScan scan = new FileScan("a model that is recognised", SUFFIXES, true);

  @Override
  public String id() {
    return "unsupported";
  }

  @Override
  public Detection detect(ModelTree tree) {
    return scan.scan(tree, UnsupportedDetector::examine);
  }

  private static Verdict examine(ModelTree tree, Artifact file) {
    Sample sample = new Sample(tree, file);
    for (Signature signature : Signatures.ALL) {
      try {
        if (signature.test().matches(sample)) {
          return Verdict.refused(
              file.path(), signature.what(), signature.reason(), signature.remedy());
        }
      } catch (MalformedException e) {
        // Cut off where this signature would stand; another may fit.
      }
    }
    return Verdict.declined("begins like no format that is known");
  }
}
