package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.detect.files.Few;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settles which signature of a model is converted: the one that the options name, else the one that
 * the detector prefers; in a graph that the options name, {@code serving_default} or the first by name.
 */
final class SignatureChoice {
  private static final String STANDARD = "serving_default";

  /** What the detector of SavedModels and the engine know the choice by. */
  private static final String TAGS = "tensorflow.tags";

  private static final String SIGNATURE = "tensorflow.signature";
  private static final String SIGNATURES = "tensorflow.signatures";

  private final OptimizationOptions options;
  private final DetectedModel model;

  private SignatureChoice(OptimizationOptions options, DetectedModel model) {
    this.options = options;
    this.model = model;
  }

  /**
   * The model with the inputs and outputs of the signature that is meant.
   *
   * @throws BadRequestException if there is no such signature, or if somebody has to choose
   */
  static DetectedModel apply(OptimizationOptions options, DetectedModel model) {
    SignatureChoice choice = new SignatureChoice(options, model);
    if (!model.signatures().isEmpty()) {
      return choice.withSignature();
    }
    if (options.signature().isPresent() || !options.savedModelTags().isEmpty()) {
      throw choice.refused(
          options.signature().isPresent() ? "signature" : "saved_model_tags",
          "a model of the format " + model.format() + " has nothing to choose among",
          "leave it out; it is for SavedModels of TensorFlow");
    }
    return model;
  }

  private DetectedModel withSignature() {
    List<ModelSignature> graph = ofTheGraph();
    ModelSignature chosen = named(graph);
    String key = Shown.line(chosen.name());
    DetectedModel.Builder settled = model.toBuilder()
        .inputs(chosen.inputs())
        .outputs(chosen.outputs())
        .attribute(TAGS, joined(chosen.tags()))
        .attribute(SIGNATURE, chosen.name())
        .attribute(SIGNATURES, names(graph))
        .reason("its signature " + key + " is used, of " + names(graph));
    Few others = new Few();
    boolean different = false;
    for (ModelSignature other : graph) {
      if (!other.equals(chosen)) {
        others.add(Shown.line(other.name()));
        // Keras exports one signature under two names: nothing is lost then.
        different |=
            !other.inputs().equals(chosen.inputs()) || !other.outputs().equals(chosen.outputs());
      }
    }
    if (different && options.signature().isEmpty()) {
      settled.warning("only one signature is converted: " + key + " is used, " + others
          + " left out; --signature chooses another");
    }
    return settled.build();
  }

  /** The signatures of the graph with the tags that are meant. */
  private List<ModelSignature> ofTheGraph() {
    Set<String> tags = new HashSet<>(options.savedModelTags());
    if (!tags.isEmpty()) {
      List<ModelSignature> tagged = model.signatures().stream()
          .filter(signature -> new HashSet<>(signature.tags()).equals(tags))
          .toList();
      if (tagged.isEmpty()) {
        throw refused(
            "saved_model_tags",
            "no graph with signatures has exactly the tags '%s'"
                .formatted(String.join(",", options.savedModelTags())),
            "use one of " + tagSets(model.signatures()));
      }
      return tagged;
    }
    String standard = model.attributes().get(TAGS);
    List<ModelSignature> candidates = model.signatures().stream()
        .filter(signature -> standard == null || joined(signature.tags()).equals(standard))
        .toList();
    if (candidates.stream().map(ModelSignature::tags).distinct().count() > 1) {
      throw refused(
          "saved_model_tags",
          "it has several graphs, and none with the tag 'serve' alone",
          "choose one by its tags (--saved-model-tags): " + tagSets(candidates));
    }
    return candidates;
  }

  private ModelSignature named(List<ModelSignature> graph) {
    String wanted = options.signature().orElse(preferred());
    Optional<ModelSignature> found =
        graph.stream().filter(each -> each.name().equals(wanted)).findFirst();
    if (found.isPresent() || options.signature().isEmpty()) {
      return found.orElse(graph.get(0)); // The detector sorts them by name.
    }
    List<String> elsewhere = model.signatures().stream()
        .filter(each -> each.name().equals(wanted))
        .map(each -> "'" + String.join(",", each.tags()) + "'")
        .toList();
    throw refused(
        "signature",
        "there is no signature '%s' among %s".formatted(wanted, names(graph)),
        elsewhere.isEmpty()
            ? Problem.nearest(wanted, graph.stream().map(ModelSignature::name).toList())
                .map(near -> "did you mean '" + near + "'?")
                .orElse("use one of these")
            : "a graph with other tags has it: --saved-model-tags "
                + String.join(" or ", elsewhere));
  }

  private String preferred() {
    return options.savedModelTags().isEmpty()
        ? model.attributes().getOrDefault(SIGNATURE, STANDARD)
        : STANDARD;
  }

  private static String names(List<ModelSignature> signatures) {
    int most = 50;
    return signatures.stream()
            .limit(most)
            .map(signature -> Shown.line(signature.name()))
            .collect(Collectors.joining(", "))
        + (signatures.size() > most ? ", …" : "");
  }

  private static String tagSets(List<ModelSignature> signatures) {
    Set<String> sets = new LinkedHashSet<>();
    signatures.forEach(
        signature -> sets.add("'" + Shown.line(String.join(",", signature.tags())) + "'"));
    return String.join(", ", sets);
  }

  private static String joined(List<String> tags) {
    return String.join(", ", tags);
  }

  private BadRequestException refused(String parameter, String found, String remedy) {
    return new BadRequestException(Problem.of("use the parameter " + parameter + " for")
        .on(model.path().isEmpty() ? "the model" : "'" + model.path() + "'")
        .found(found)
        .remedy(remedy));
  }
}
