package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** Reads the inputs and outputs of a TensorFlow Lite model; the indices are those of its schema. */
final class TfliteReader {
  private static final int MOST_TENSORS = 10_000;
  private static final int MOST_TABLES = 1_000_000;
  private static final int MOST_DIMENSIONS = 1000;

  /** {@code TensorType} by its number; empty where OpenVINO has none. */
  private static final List<String> TYPES = List.of(
      "f32", "f16", "i32", "u8", "i64", "string", "boolean", "i16", "", "i8", "f64", "", "u64", "",
      "", "u32", "u16", "i4", "bf16");

  private final FlatBuffer buffer;
  private final long subgraph;
  private final long tensors;

  TfliteReader(FileBytes bytes) throws MalformedException {
    buffer = new FlatBuffer(bytes);
    long model = buffer.root();
    long subgraphs = buffer.reference(model, 2);
    if (buffer.length(subgraphs, 4) == 0) {
      throw new MalformedException("it has no subgraph");
    }
    subgraph = buffer.indirect(FlatBuffer.element(subgraphs, 0, 4));
    tensors = buffer.reference(subgraph, 0);
    checkEnd(model);
  }

  List<TensorSpec> inputs() throws MalformedException {
    return tensors(buffer.reference(subgraph, 1));
  }

  List<TensorSpec> outputs() throws MalformedException {
    return tensors(buffer.reference(subgraph, 2));
  }

  /** Looks at what usually lies farthest back, which is what a truncated file lacks. */
  private void checkEnd(long model) throws MalformedException {
    long data = farthest(buffer.reference(model, 4));
    if (data > 0) {
      buffer.length(buffer.reference(data, 0), 1);
    }
    long operator = farthest(buffer.reference(model, 1));
    if (operator > 0) {
      buffer.number(buffer.field(operator, 2));
      buffer.number(buffer.field(operator, 3));
      buffer.byteNumber(buffer.field(operator, 0));
    }
  }

  private long farthest(long tables) throws MalformedException {
    long farthest = 0;
    long count = Math.min(buffer.length(tables, 4), MOST_TABLES);
    for (long i = 0; i < count; i++) {
      farthest = Math.max(farthest, buffer.indirect(FlatBuffer.element(tables, i, 4)));
    }
    return farthest;
  }

  private List<TensorSpec> tensors(long indices) throws MalformedException {
    long count = buffer.length(indices, 4);
    if (count > MOST_TENSORS) {
      throw new MalformedException("it has more than " + MOST_TENSORS + " inputs or outputs");
    }
    List<TensorSpec> specs = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      int index = buffer.number(FlatBuffer.element(indices, i, 4));
      if (index < 0 || index >= buffer.length(tensors, 4)) {
        throw new MalformedException("it refers to the tensor " + index + ", which it has not");
      }
      specs.add(tensor(buffer.indirect(FlatBuffer.element(tensors, index, 4))));
    }
    return specs;
  }

  private TensorSpec tensor(long table) throws MalformedException {
    long type = buffer.field(table, 1);
    long signature = buffer.reference(table, 7);
    // Only the signature keeps dynamic dimensions; it is left out when there are none.
    PartialShape shape =
        shape(buffer.length(signature, 4) > 0 ? signature : buffer.reference(table, 0));
    return new TensorSpec(
        buffer.text(buffer.reference(table, 3)),
        element(type == 0 ? 0 : buffer.byteNumber(type)),
        shape);
  }

  private PartialShape shape(long vector) throws MalformedException {
    long rank = buffer.length(vector, 4);
    if (rank > MOST_DIMENSIONS) {
      throw new MalformedException("a shape has more than " + MOST_DIMENSIONS + " dimensions");
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (long i = 0; i < rank; i++) {
      int size = buffer.number(FlatBuffer.element(vector, i, 4));
      dimensions.add(size < 0 ? Dimension.DYNAMIC : Dimension.of(size));
    }
    return new PartialShape(dimensions);
  }

  private static ElementType element(int number) {
    boolean known = number < TYPES.size() && !TYPES.get(number).isEmpty();
    return known ? new ElementType(TYPES.get(number)) : ElementType.DYNAMIC;
  }
}
