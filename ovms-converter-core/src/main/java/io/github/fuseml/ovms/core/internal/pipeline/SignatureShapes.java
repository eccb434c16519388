package io.github.fuseml.ovms.core.internal.pipeline;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.InputEdit;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shapes that an MLflow signature and a saved input example tell, where they know more than the
 * model. Their tensors have -1 for a dynamic dimension; a signature of columns tells none.
 */
final class SignatureShapes {
  private static final String SIGNATURE = "mlflow.signature";

  /** The shapes of the saved example, in the same form. */
  private static final String EXAMPLE = "mlflow.input_example";

  private static final String SIGNED = "the MLflow signature";
  private static final String SHOWN = "the saved input example";

  private SignatureShapes() {}

  /** A tensor of the signature; without a name where the model has one input. */
  private record Told(String name, List<Long> sizes) {}

  /**
   * What an MLflow model tells of shapes.
   *
   * @param inputs the inputs whose dynamic dimensions it tells; empty when it tells nothing new
   * @param source who tells them, for people
   */
  record Known(List<InputEdit> inputs, String source) {}

  /** What the signature tells, and the saved example of what that leaves open. */
  static Known of(DetectedModel model) {
    List<Told> signature = told(model, SIGNATURE);
    List<Told> example = told(model, EXAMPLE);
    List<InputEdit> edits = new ArrayList<>();
    boolean bySignature = false;
    boolean byExample = false;
    for (TensorSpec input : model.inputs()) {
      PartialShape signed = merged(input, input.shape(), signature, model);
      PartialShape known = merged(input, signed, example, model);
      bySignature |= !signed.equals(input.shape());
      byExample |= !known.equals(signed);
      if (!known.equals(input.shape())) {
        edits.add(new InputEdit(input.name(), known, null, null));
      }
    }
    return new Known(edits, byExample ? bySignature ? SIGNED + " with " + SHOWN : SHOWN : SIGNED);
  }

  private static PartialShape merged(
      TensorSpec input, PartialShape shape, List<Told> told, DetectedModel model) {
    return told.stream()
        .filter(tensor -> tensor.name().equals(input.name())
            || (told.size() == 1 && model.inputs().size() == 1))
        .findFirst()
        .flatMap(tensor -> merge(shape, tensor.sizes()))
        .orElse(shape);
  }

  /** The options with these shapes in them, where they were asked for. */
  static OptimizationOptions apply(OptimizationOptions options, DetectedModel model) {
    if (!options.shapesFromSignature()) {
      return options;
    }
    List<InputEdit> edits = of(model).inputs();
    boolean shaped = options.batch().isPresent()
        || options.inputs().stream().anyMatch(edit -> edit.shape() != null)
        || options.inputsChosen();
    if (edits.isEmpty() || shaped) {
      throw new BadRequestException(Problem.of("take the shapes from the signature of")
          .on(model)
          .found(
              shaped
                  ? "shapes or inputs are given as well"
                  : model.attributes().containsKey(SIGNATURE)
                      ? "its signature tells no dimension that the model leaves open"
                          + (model.attributes().containsKey(EXAMPLE)
                              ? ", nor does its input example"
                              : "")
                      : model.attributes().containsKey(EXAMPLE)
                          ? "it has no MLflow signature, and its input example tells no dimension"
                              + " that the model leaves open"
                          : "it has no MLflow signature")
          .remedy("give the shapes with --input-shape instead of --shapes from-signature"));
    }
    return options.toBuilder().shapesFromSignature(false).editInputs(edits).build();
  }

  private static Optional<PartialShape> merge(PartialShape shape, List<Long> sizes) {
    List<Dimension> known = shape.dimensions();
    if (known != null && known.size() != sizes.size()) {
      return Optional.empty();
    }
    List<Dimension> merged = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Dimension own = known == null ? Dimension.DYNAMIC : known.get(i);
      merged.add(own.isStatic() || sizes.get(i) < 0 ? own : Dimension.of(sizes.get(i)));
    }
    PartialShape result = new PartialShape(merged);
    return result.equals(shape) ? Optional.empty() : Optional.of(result);
  }

  private static List<Told> told(DetectedModel model, String attribute) {
    String signature = model.attributes().getOrDefault(attribute, "{}");
    List<Told> told = new ArrayList<>();
    try {
      JsonElement inputs = JsonParser.parseString(signature).getAsJsonObject().get("inputs");
      for (JsonElement element : inputs == null ? new JsonArray() : inputs.getAsJsonArray()) {
        JsonObject input = element.getAsJsonObject();
        if (input.has("tensor-spec")) {
          List<Long> sizes = new ArrayList<>();
          input
              .getAsJsonObject("tensor-spec")
              .getAsJsonArray("shape")
              .forEach(size -> sizes.add(size.getAsLong()));
          told.add(new Told(input.has("name") ? input.get("name").getAsString() : "", sizes));
        }
      }
    } catch (RuntimeException e) { // Whatever a JSON tree of another shape makes its readers throw.
      return List.of();
    }
    return told;
  }
}
