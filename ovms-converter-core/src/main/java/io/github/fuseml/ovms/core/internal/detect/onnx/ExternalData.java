package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.core.internal.detect.files.Few;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.ModelPaths;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.Verdict;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where an ONNX model's tensors lie outside its file. The locations are the only reliable list of the
 * files that belong to it, and the part of it that an attacker would use to reach other files.
 */
final class ExternalData {
  private static final int MOST_LOCATIONS = 20_000;

  private final Map<String, Use> uses = new LinkedHashMap<>();
  private final Few unsafe = new Few();
  private final Few wrong = new Few();

  /** The entries of one tensor, as texts. */
  static final class Reference {
    String location = "";
    String offset = "0";
    String length = "0";
  }

  /** One file: the tensor that reaches farthest into it. */
  private record Use(String tensor, long offset, long length) {
    boolean reachesBeyond(Use other) {
      // Neither sum overflows: both were checked when they were read.
      return offset + length > other.offset + other.length;
    }
  }

  void add(String tensor, Reference reference) throws MalformedException {
    String who = Shown.quoted(tensor) + " at " + Shown.quoted(reference.location);
    String path;
    try {
      path = ModelPaths.inside(reference.location);
    } catch (MalformedException e) {
      unsafe.add(who + " (it " + e.reason() + ")");
      return;
    }
    if (path.isEmpty()) {
      unsafe.add(who + " (it names no file)");
      return;
    }
    try {
      long offset = number(reference.offset);
      long length = number(reference.length);
      Use use = new Use(tensor, offset, length);
      Math.addExact(offset, length);
      uses.merge(path, use, (old, now) -> now.reachesBeyond(old) ? now : old);
    } catch (ArithmeticException e) {
      wrong.add(who
          + " (offset "
          + Shown.quoted(reference.offset)
          + ", length "
          + Shown.quoted(reference.length)
          + ")");
    }
    if (uses.size() > MOST_LOCATIONS) {
      throw new MalformedException("it has more than " + MOST_LOCATIONS + " external data files");
    }
  }

  private static long number(String text) {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same complaint as for a negative number.
    }
    throw new ArithmeticException("no valid offset or length");
  }

  /**
   * The files that the model needs beside its own.
   *
   * @param directory the model's directory
   * @return their paths
   */
  Set<String> files(String directory) {
    Set<String> files = new TreeSet<>();
    uses.keySet().forEach(path -> files.add(ModelPaths.join(directory, path)));
    return files;
  }

  /**
   * Checks every reference against the files.
   *
   * @param tree the tree
   * @param model the model's path
   * @param directory the model's directory
   * @return a refusal, if anything is wrong
   */
  Optional<Verdict> check(ModelTree tree, String model, String directory) {
    Few missing = new Few();
    uses.forEach((path, use) -> {
      Optional<Artifact> file = tree.find(ModelPaths.join(directory, path));
      String who = Shown.quoted(use.tensor) + " at " + Shown.quoted(path);
      if (file.isEmpty()) {
        missing.add(who);
      } else if (use.offset + use.length > file.get().size()) {
        wrong.add((who + " (bytes " + use.offset + " to " + (use.offset + use.length))
            + (", the file has " + file.get().size() + ")"));
      }
    });
    if (!unsafe.isEmpty()) {
      return refused(
          model,
          "external data outside the model's directory: tensor " + unsafe,
          "save the model again with its weights beside it:"
              + " onnx.save(model, path, save_as_external_data=True)");
    }
    if (!missing.isEmpty()) {
      return refused(
          model,
          "external data is missing: tensor " + missing,
          "put the files beside the model, as they were when it was saved");
    }
    if (!wrong.isEmpty()) {
      return refused(
          model,
          "external data reaches beyond its file: tensor " + wrong,
          "copy the files again, they are cut off or belong to another model");
    }
    return Optional.empty();
  }

  private static Optional<Verdict> refused(String model, String reason, String remedy) {
    return Optional.of(Verdict.refused(model, "an ONNX model with external data", reason, remedy));
  }
}
