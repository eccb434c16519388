package io.github.fuseml.ovms.core.internal.detect.openvino;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A layer while it is read: what its {@code data} and its last port say. */
final class IrLayer {
  private static final int MOST_DIMENSIONS = 1000;

  /** Ports spell some types otherwise than {@code data} does. */
  private static final Map<String, String> PRECISIONS = Map.of(
      "fp64", "f64", "fp32", "f32", "fp16", "f16", "bool", "boolean", "undefined", "dynamic");

  private final String id;
  private final String name;
  private final String outputNames;
  private @Nullable String elementType;
  private @Nullable String shape;
  private String precision = "dynamic";
  private String portNames = "";
  private List<Dimension> dimensions = new ArrayList<>();

  IrLayer(String id, String name, String outputNames) {
    this.id = id;
    this.name = name;
    this.outputNames = outputNames;
  }

  String id() {
    return id;
  }

  void data(@Nullable String type, @Nullable String dataShape) {
    elementType = type;
    shape = dataShape;
  }

  void port(String portPrecision, String names) {
    precision = portPrecision;
    portNames = names;
    dimensions = new ArrayList<>();
  }

  void dimension(Dimension dimension) throws MalformedException {
    if (dimensions.size() >= MOST_DIMENSIONS) {
      throw new MalformedException("a shape has more than " + MOST_DIMENSIONS + " dimensions");
    }
    dimensions.add(dimension);
  }

  /**
   * The layer as an input or output.
   *
   * @param sourceNames the names of the port that feeds it; null when there are none
   */
  TensorSpec toSpec(@Nullable String sourceNames) throws MalformedException {
    String type = (elementType == null ? precision : elementType).toLowerCase(Locale.ROOT);
    PartialShape known = shape == null ? new PartialShape(dimensions) : IrShapes.shape(shape);
    return new TensorSpec(
        specName(sourceNames), new ElementType(PRECISIONS.getOrDefault(type, type)), known);
  }

  private String specName(@Nullable String sourceNames) {
    for (String names :
        new String[] {outputNames, portNames, sourceNames == null ? "" : sourceNames}) {
      if (!names.isEmpty()) {
        return names.replaceFirst("(?<!\\\\),.*", "");
      }
    }
    return name;
  }
}
