package io.github.fuseml.ovms.core.internal.detect.paddle;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads Paddle's {@code ProgramDesc}; the field numbers are those of {@code framework.proto}. */
final class ProgramReader {
  private static final Map<Integer, String> NAMES = Map.of(1, "blocks", 4, "version");
  private static final Set<String> FEED_AND_FETCH = Set.of("feed", "fetch");
  private static final int MOST = 1_000_000;
  private static final int MOST_DIMENSIONS = 1000;

  /** {@code VarType.Type}; those that OpenVINO has no type for are missing. */
  private static final Map<Long, String> TYPES = Map.ofEntries(
      Map.entry(0L, "boolean"),
      Map.entry(1L, "i16"),
      Map.entry(2L, "i32"),
      Map.entry(3L, "i64"),
      Map.entry(4L, "f16"),
      Map.entry(5L, "f32"),
      Map.entry(6L, "f64"),
      Map.entry(20L, "u8"),
      Map.entry(21L, "i8"),
      Map.entry(22L, "bf16"));

  private final Map<String, TensorSpec> variables = new HashMap<>();
  private final List<String> feeds = new ArrayList<>();
  private final List<String> fetches = new ArrayList<>();
  private int operators;
  private int parameters;

  private ProgramReader() {}

  static Program read(FileBytes bytes) throws MalformedException {
    ProgramReader reader = new ProgramReader();
    ProtobufMessage program = ProtobufMessage.of(bytes, NAMES);
    boolean first = true;
    while (program.next()) {
      if (program.field() == 1) {
        reader.block(program.message(), first);
        first = false;
      }
    }
    return new Program(
        reader.operators,
        reader.parameters,
        reader.specs(reader.feeds),
        reader.specs(reader.fetches));
  }

  /**
   * Whether the file begins with a block of operators.
   *
   * @param named whether its name says so, which makes up for a block that is cut off
   */
  static boolean looksLikeProgram(FileBytes bytes, boolean named) {
    ProtobufMessage program = ProtobufMessage.of(bytes, NAMES);
    try {
      if (!program.next() || program.field() != 1 || !program.hasLength()) {
        return false;
      }
      ProtobufMessage block = program.message();
      return block.next()
          && block.field() == 1
          && block.isVarint()
          && block.number() == 0
          && block.next()
          && block.field() == 2
          && block.isVarint();
    } catch (MalformedException e) {
      return named && program.field() == 1;
    }
  }

  private List<TensorSpec> specs(List<String> names) {
    return names.stream()
        .map(name -> variables.getOrDefault(
            name, new TensorSpec(name, ElementType.DYNAMIC, PartialShape.UNKNOWN)))
        .toList();
  }

  private void block(ProtobufMessage block, boolean first) throws MalformedException {
    while (block.next()) {
      switch (block.field()) {
        case 3 -> variable(block.message(), first);
        case 4 -> operator(block.message(), first);
        default -> {}
      }
      if (operators > MOST || variables.size() > MOST) {
        throw new MalformedException("it has more than " + MOST + " operators or variables");
      }
    }
  }

  private void variable(ProtobufMessage variable, boolean first) throws MalformedException {
    String name = "";
    boolean persistable = false;
    TensorSpec type = new TensorSpec("", ElementType.DYNAMIC, PartialShape.UNKNOWN);
    while (variable.next()) {
      switch (variable.field()) {
        case 1 -> name = variable.text();
        case 2 -> type = type(variable.message());
        case 3 -> persistable = variable.number() != 0;
        default -> {}
      }
    }
    if (persistable && !FEED_AND_FETCH.contains(name)) {
      parameters++;
    }
    if (first) {
      variables.put(name, new TensorSpec(name, type.type(), type.shape()));
    }
  }

  private static TensorSpec type(ProtobufMessage type) throws MalformedException {
    TensorSpec found = new TensorSpec("", ElementType.DYNAMIC, PartialShape.UNKNOWN);
    while (type.next()) {
      if (type.field() == 3) {
        ProtobufMessage dense = type.message();
        while (dense.next()) {
          if (dense.field() == 1) {
            found = tensor(dense.message());
          }
        }
      }
    }
    return found;
  }

  private static TensorSpec tensor(ProtobufMessage tensor) throws MalformedException {
    ElementType element = ElementType.DYNAMIC;
    List<Dimension> dimensions = new ArrayList<>();
    while (tensor.next()) {
      if (tensor.field() == 1) {
        String id = TYPES.get(tensor.number());
        element = id == null ? ElementType.DYNAMIC : new ElementType(id);
      } else if (tensor.field() == 2) {
        tensor.numbers(size -> {
          if (dimensions.size() <= MOST_DIMENSIONS) {
            dimensions.add(size < 0 ? Dimension.DYNAMIC : Dimension.of(size));
          }
        });
      }
      if (dimensions.size() > MOST_DIMENSIONS) {
        throw new MalformedException("a shape has more than " + MOST_DIMENSIONS + " dimensions");
      }
    }
    return new TensorSpec("", element, new PartialShape(dimensions));
  }

  private void operator(ProtobufMessage operator, boolean first) throws MalformedException {
    operators++;
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String type = "";
    while (operator.next()) {
      switch (operator.field()) {
        case 1 -> arguments(operator.message(), inputs);
        case 2 -> arguments(operator.message(), outputs);
        case 3 -> type = operator.text();
        default -> {}
      }
    }
    if (first && type.equals("feed")) {
      feeds.addAll(outputs);
    } else if (first && type.equals("fetch")) {
      fetches.addAll(inputs);
    }
  }

  private static void arguments(ProtobufMessage slot, List<String> names)
      throws MalformedException {
    while (slot.next()) {
      if (slot.field() == 2) {
        names.add(slot.text());
      }
    }
  }
}
