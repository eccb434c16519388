package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** TensorFlow's {@code DataType} and {@code TensorShapeProto}, in OpenVINO's terms. */
final class TensorFlowTypes {
  private static final int MOST_DIMENSIONS = 1000;

  /** By number and by name; those that OpenVINO has no type for are missing. */
  private static final Map<Integer, String> BY_NUMBER = Map.ofEntries(
      Map.entry(1, "f32"),
      Map.entry(2, "f64"),
      Map.entry(3, "i32"),
      Map.entry(4, "u8"),
      Map.entry(5, "i16"),
      Map.entry(6, "i8"),
      Map.entry(7, "string"),
      Map.entry(9, "i64"),
      Map.entry(10, "boolean"),
      Map.entry(14, "bf16"),
      Map.entry(17, "u16"),
      Map.entry(19, "f16"),
      Map.entry(22, "u32"),
      Map.entry(23, "u64"),
      Map.entry(24, "f8e5m2"),
      Map.entry(25, "f8e4m3"),
      Map.entry(29, "i4"),
      Map.entry(30, "u4"));

  private static final Map<String, String> BY_NAME = Map.ofEntries(
      Map.entry("DT_FLOAT", "f32"),
      Map.entry("DT_DOUBLE", "f64"),
      Map.entry("DT_INT32", "i32"),
      Map.entry("DT_UINT8", "u8"),
      Map.entry("DT_INT16", "i16"),
      Map.entry("DT_INT8", "i8"),
      Map.entry("DT_STRING", "string"),
      Map.entry("DT_INT64", "i64"),
      Map.entry("DT_BOOL", "boolean"),
      Map.entry("DT_BFLOAT16", "bf16"),
      Map.entry("DT_UINT16", "u16"),
      Map.entry("DT_HALF", "f16"),
      Map.entry("DT_UINT32", "u32"),
      Map.entry("DT_UINT64", "u64"));

  private TensorFlowTypes() {}

  static ElementType element(long number) {
    String id = number < 0 || number > 1000 ? null : BY_NUMBER.get((int) number);
    return id == null ? ElementType.DYNAMIC : new ElementType(id);
  }

  static ElementType element(String name) {
    String id = BY_NAME.get(name);
    return id == null ? ElementType.DYNAMIC : new ElementType(id);
  }

  static PartialShape shape(ProtobufMessage shape) throws MalformedException {
    List<Dimension> dimensions = new ArrayList<>();
    boolean unknownRank = false;
    while (shape.next()) {
      switch (shape.field()) {
        case 2 -> add(dimensions, size(shape.message()));
        case 3 -> unknownRank = shape.number() != 0;
        default -> {}
      }
    }
    return unknownRank ? PartialShape.UNKNOWN : new PartialShape(dimensions);
  }

  static void add(List<Dimension> dimensions, long size) throws MalformedException {
    if (dimensions.size() >= MOST_DIMENSIONS) {
      throw new MalformedException("a shape has more than " + MOST_DIMENSIONS + " dimensions");
    }
    dimensions.add(size < 0 ? Dimension.DYNAMIC : Dimension.of(size));
  }

  private static long size(ProtobufMessage dimension) throws MalformedException {
    long size = 0;
    while (dimension.next()) {
      if (dimension.field() == 1) {
        size = dimension.number();
      }
    }
    return size;
  }
}
