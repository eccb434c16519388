package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.internal.detect.BuiltInDetectors;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import io.github.fuseml.ovms.core.internal.detect.files.SubTree;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Asks every detector and settles for the one model that is meant. */
final class DetectStage {
  private static final int SHOWN_REFUSALS = 3;

  /** How the option names the source itself among several models. */
  private static final String ROOT = ".";

  /** The attribute that tells which of an MLflow model's flavors it is. */
  private static final String FLAVOR = "mlflow.flavor";

  /** The detector of what is refused has no format of its own. */
  private static final String UNSUPPORTED = "unsupported";

  private final List<FormatDetector> detectors;

  DetectStage(List<FormatDetector> detectors) {
    this.detectors = detectors;
  }

  /**
   * Refuses formats that nobody knows, before anything is looked at. An extension's detector may find
   * formats of any name.
   */
  void requireKnown(ConversionRequest request) {
    if (detectors.stream().anyMatch(detector -> !BuiltInDetectors.isOne(detector))) {
      return;
    }
    Set<String> known = new TreeSet<>();
    detectors.stream()
        .map(FormatDetector::id)
        .filter(id -> !id.equals(UNSUPPORTED))
        .forEach(known::add);
    known.addAll(List.of(ModelFormat.KERAS_H5.id(), ModelFormat.KERAS_ARCHIVE.id()));
    request.format().ifPresent(id -> requireKnown(id, known, "--format"));
    requireKnown(request.outputFormat().id(), known, "--output-format");
  }

  private static void requireKnown(String id, Set<String> known, String option) {
    if (known.stream().noneMatch(id::equalsIgnoreCase)) {
      throw new BadRequestException(Problem.of("use the format")
          .on("'" + id + "'")
          .found("there is no such format")
          .remedy(Problem.nearest(id, known)
                  .map(name -> "did you mean '" + name + "'? ")
                  .orElse("")
              + "known are " + String.join(", ", known) + " (" + option + ")"));
    }
  }

  DetectedModel run(ConversionRequest request, ModelTree tree) {
    return SignatureChoice.apply(request.options(), find(request, tree));
  }

  private DetectedModel find(ConversionRequest request, ModelTree tree) {
    Findings findings = ask(tree, request.artifact());
    List<DetectedModel> candidates = findings.outermost(request.artifact());
    if (candidates.isEmpty()) {
      throw nothingFound(request, findings);
    }
    List<DetectedModel> meant =
        candidates.stream().filter(model -> isMeant(request, model)).toList();
    if (!meant.isEmpty() && meant.stream().allMatch(model -> isSamePackage(model, meant.get(0)))) {
      return meant.get(0); // A package tells the best of its models first.
    }
    throw meant.isEmpty()
        ? otherModels(request, candidates, findings)
        : severalModels(request, meant);
  }

  /** Looks at the tree, and at what was named by itself: it may lie deeper than anybody looks unasked. */
  private Findings ask(ModelTree tree, Optional<String> artifact) {
    Findings all = ask(tree);
    if (artifact.isEmpty() || all.tellsOf(artifact.get())) {
      return all;
    }
    String path = artifact.get();
    SubTree view = tree.find(path)
        .map(file -> SubTree.ofFile(tree, file))
        .orElseGet(() -> SubTree.ofDirectory(tree, path));
    Findings below = view.files().isEmpty() ? new Findings() : ask(view);
    return below.isEmpty() ? all : below.rebase(view);
  }

  private Findings ask(ModelTree tree) {
    Findings findings = new Findings();
    for (FormatDetector detector : detectors) {
      Detection detection = detector.detect(tree);
      findings.models.addAll(detection.models());
      findings.refusals.addAll(detection.refusals());
      if (detection.declined() != null) {
        findings.declined.put(detector.id(), detection.declined());
      }
      if (detection.models().stream().anyMatch(model -> isWholePackage(model, tree))) {
        break; // Whatever else is there is a part of it.
      }
    }
    return findings;
  }

  private static boolean isSamePackage(DetectedModel model, DetectedModel other) {
    return model.equals(other)
        || (isPackage(model) && isPackage(other) && model.scope().equals(other.scope()));
  }

  private static boolean isWholePackage(DetectedModel model, ModelTree tree) {
    return (isPackage(model) && model.scope().isEmpty())
        || (tree.isSingleFile() && model.path().equals(tree.files().get(0).path()));
  }

  /** A package accounts for more than the model inside it. */
  private static boolean isPackage(DetectedModel model) {
    return !model.scope().equals(model.path());
  }

  private static boolean isMeant(ConversionRequest request, DetectedModel model) {
    return request.artifact().map(path -> isAt(model, path)).orElse(true)
        && request.format().map(id -> isOfFormat(model, id)).orElse(true)
        && request.flavor().map(flavor -> isOfFlavor(model, flavor)).orElse(true);
  }

  private static boolean isAt(DetectedModel model, String path) {
    if (path.equals(ROOT)) {
      return model.path().isEmpty() || (isPackage(model) && model.scope().isEmpty());
    }
    return model.path().equals(path) || model.scope().equals(path) || isBelow(model.path(), path);
  }

  private static boolean isBelow(String path, String directory) {
    return directory.isEmpty() || path.startsWith(directory + "/");
  }

  /** A format is named by its id; a package by the prefix of what it tells about itself. */
  static boolean isOfFormat(DetectedModel model, String id) {
    String prefix = id.toLowerCase(Locale.ROOT) + ".";
    return model.format().id().equalsIgnoreCase(id)
        || model.attributes().keySet().stream().anyMatch(key -> key.startsWith(prefix));
  }

  private static boolean isOfFlavor(DetectedModel model, String flavor) {
    return flavor.equals(model.attributes().get(FLAVOR));
  }

  private UnsupportedFormatException nothingFound(ConversionRequest request, Findings findings) {
    List<Refusal> refusals = findings.refusalsAt(request.artifact());
    if (!refusals.isEmpty()) {
      return refused(request, refusals);
    }
    String reasons = findings.declined.entrySet().stream()
        .map(entry -> "not " + entry.getKey() + " (" + entry.getValue() + ")")
        .collect(Collectors.joining(", "));
    return new UnsupportedFormatException(Problem.of("find a model in")
        .on(request.source())
        .found("no known format was recognised: " + reasons)
        .remedy("give the model's own file or directory"));
  }

  private static UnsupportedFormatException refused(
      ConversionRequest request, List<Refusal> refusals) {
    Refusal first = refusals.get(0);
    StringBuilder found = new StringBuilder(describe(first));
    for (int i = 1; i < Math.min(SHOWN_REFUSALS, refusals.size()); i++) {
      found.append("; ").append(describe(refusals.get(i)));
    }
    if (refusals.size() > SHOWN_REFUSALS) {
      found.append("; and ").append(refusals.size() - SHOWN_REFUSALS).append(" more");
    }
    return new UnsupportedFormatException(
        Problem.of("convert").on(request.source()).found(found.toString()).remedy(first.remedy()));
  }

  private static String describe(Refusal refusal) {
    String where = refusal.path().isEmpty() ? "it" : "'" + refusal.path() + "'";
    return where + " is " + refusal.what() + ": " + refusal.reason();
  }

  private static RuntimeException otherModels(
      ConversionRequest request, List<DetectedModel> candidates, Findings findings) {
    boolean chosen = request.artifact().isPresent() || request.flavor().isPresent();
    List<Refusal> refusals = chosen ? findings.refusalsAt(request.artifact()) : List.of();
    if (!refusals.isEmpty()) {
      return refused(request, refusals);
    }
    String asked = request.artifact().map(path -> "no model at '" + path + "'").orElse("no model")
        + request.format().map(id -> " of the format '" + id + "'").orElse("")
        + request.flavor().map(flavor -> " of the flavor '" + flavor + "'").orElse("");
    return new BadRequestException(Problem.of("find the model in")
        .on(request.source())
        .found(asked + "; there is " + list(candidates))
        .remedy(
            request.flavor().isPresent()
                ? "correct or leave out the flavor (--flavor)"
                : "correct or leave out the format (--format) and the path (--artifact)"));
  }

  private static BadRequestException severalModels(
      ConversionRequest request, List<DetectedModel> meant) {
    String path = meant.get(0).path();
    return new BadRequestException(Problem.of("decide which model to convert in")
        .on(request.source())
        .found("there are " + meant.size() + ": " + list(meant))
        .remedy("choose one by its path, for instance --artifact "
            + Shown.argument(path.isEmpty() ? ROOT : path)));
  }

  private static String list(List<DetectedModel> models) {
    return models.stream()
        .map(model -> "'" + (model.path().isEmpty() ? ROOT : model.path()) + "' (" + model.format()
            + (model.attributes().containsKey(FLAVOR)
                ? ", flavor " + model.attributes().get(FLAVOR)
                : "")
            + ")")
        .collect(Collectors.joining(", "));
  }

  /** What the detectors said. */
  private static final class Findings {
    private final List<DetectedModel> models = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final Map<String, String> declined = new TreeMap<>();

    /**
     * The models that are not a part of another one, nor of a package that was refused: what lies in
     * such a package may be anything, so it must be named.
     */
    List<DetectedModel> outermost(Optional<String> artifact) {
      return models.stream()
          .filter(model -> models.stream().noneMatch(other -> accountsFor(other, model)))
          .filter(model -> artifact.map(path -> isAt(model, path)).orElse(false)
              || refusals.stream().noneMatch(refusal -> accountsFor(refusal, model)))
          .toList();
    }

    private static boolean accountsFor(Refusal refusal, DetectedModel part) {
      return !refusal.scope().equals(refusal.path())
          && isBelow(part.path(), refusal.scope())
          && (!isPackage(part) || refusal.scope().length() < part.scope().length());
    }

    /** A model is a part of another when it is one of its files, or lies in its package. */
    private static boolean accountsFor(DetectedModel model, DetectedModel part) {
      if (model.equals(part)) {
        return false;
      }
      boolean inPackage = isPackage(model)
          && isBelow(part.path(), model.scope())
          && (!isPackage(part) || model.scope().length() < part.scope().length());
      return inPackage
          || (!model.path().equals(part.path()) && model.files().contains(part.path()));
    }

    boolean isEmpty() {
      return models.isEmpty() && refusals.isEmpty();
    }

    /** The same, as it lies in the whole tree. */
    Findings rebase(SubTree view) {
      Findings rebased = new Findings();
      models.forEach(model -> rebased.models.add(view.rebase(model, List.of()).build()));
      refusals.forEach(refusal -> rebased.refusals.add(view.rebase(refusal)));
      return rebased;
    }

    /** Whether anything was found or refused at a path or below it. */
    boolean tellsOf(String path) {
      return models.stream().anyMatch(model -> isAt(model, path))
          || (!path.equals(ROOT) && !refusalsAt(Optional.of(path)).isEmpty());
    }

    List<Refusal> refusalsAt(Optional<String> artifact) {
      return refusals.stream()
          .filter(refusal -> artifact
              .map(path -> refusal.path().equals(path) || isBelow(refusal.path(), path))
              .orElse(true))
          .filter(refusal -> refusals.stream().noneMatch(other -> isInside(refusal, other)))
          .toList();
    }

    private static boolean isInside(Refusal refusal, Refusal other) {
      return !refusal.equals(other)
          && !other.scope().equals(other.path())
          && other.scope().length() <= refusal.scope().length()
          && isBelow(refusal.path(), other.scope())
          && !other.path().equals(refusal.path());
    }
  }
}
