package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a {@code ValueInfoProto}: an input or an output with its type and shape. */
final class OnnxValues {
  private static final int MOST_DIMENSIONS = 1000;

  /** {@code TensorProto.DataType}; those that OpenVINO has no type for are missing. */
  private static final Map<Long, String> TYPES = Map.ofEntries(
      Map.entry(1L, "f32"),
      Map.entry(2L, "u8"),
      Map.entry(3L, "i8"),
      Map.entry(4L, "u16"),
      Map.entry(5L, "i16"),
      Map.entry(6L, "i32"),
      Map.entry(7L, "i64"),
      Map.entry(8L, "string"),
      Map.entry(9L, "boolean"),
      Map.entry(10L, "f16"),
      Map.entry(11L, "f64"),
      Map.entry(12L, "u32"),
      Map.entry(13L, "u64"),
      Map.entry(16L, "bf16"),
      Map.entry(17L, "f8e4m3"),
      Map.entry(19L, "f8e5m2"),
      Map.entry(21L, "u4"),
      Map.entry(22L, "i4"),
      Map.entry(23L, "f4e2m1"),
      Map.entry(24L, "f8e8m0"),
      Map.entry(25L, "u2"));

  private OnnxValues() {}

  static TensorSpec read(ProtobufMessage value) throws MalformedException {
    String name = "";
    TensorSpec type = new TensorSpec("", ElementType.DYNAMIC, PartialShape.UNKNOWN);
    while (value.next()) {
      switch (value.field()) {
        case 1 -> name = value.text();
        case 2 -> type = type(value.message());
        default -> {}
      }
    }
    return new TensorSpec(name, type.type(), type.shape());
  }

  /** Sequences, maps and optional values keep the unknown type: only tensors have one. */
  private static TensorSpec type(ProtobufMessage type) throws MalformedException {
    ElementType element = ElementType.DYNAMIC;
    PartialShape shape = PartialShape.UNKNOWN;
    while (type.next()) {
      if (type.field() != 1) {
        continue;
      }
      ProtobufMessage tensor = type.message();
      while (tensor.next()) {
        switch (tensor.field()) {
          case 1 -> element = element(tensor.number());
          case 2 -> shape = shape(tensor.message());
          default -> {}
        }
      }
    }
    return new TensorSpec("", element, shape);
  }

  private static ElementType element(long type) {
    String id = TYPES.get(type);
    return id == null ? ElementType.DYNAMIC : new ElementType(id);
  }

  private static PartialShape shape(ProtobufMessage shape) throws MalformedException {
    List<Dimension> dimensions = new ArrayList<>();
    while (shape.next()) {
      if (shape.field() != 1) {
        continue;
      }
      if (dimensions.size() >= MOST_DIMENSIONS) {
        throw new MalformedException("a shape has more than " + MOST_DIMENSIONS + " dimensions");
      }
      dimensions.add(dimension(shape.message()));
    }
    return new PartialShape(dimensions);
  }

  private static Dimension dimension(ProtobufMessage dimension) throws MalformedException {
    Dimension size = Dimension.DYNAMIC;
    while (dimension.next()) {
      // Without a value it has a symbolic name, or nothing at all.
      if (dimension.field() == 1 && dimension.number() >= 0) {
        size = Dimension.of(dimension.number());
      }
    }
    return size;
  }
}
