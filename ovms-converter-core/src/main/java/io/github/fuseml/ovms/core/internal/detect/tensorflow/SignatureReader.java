package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads an entry of a MetaGraph's map of signatures. */
final class SignatureReader {
  private static final int MOST_TENSORS = 10_000;

  private final List<TensorSpec> inputs = new ArrayList<>();
  private final List<TensorSpec> outputs = new ArrayList<>();

  private SignatureReader() {}

  static SignatureDef read(ProtobufMessage entry) throws MalformedException {
    SignatureReader reader = new SignatureReader();
    String key = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.text();
        case 2 -> reader.signature(entry.message());
        default -> {}
      }
    }
    // A protobuf map has no order of its own.
    reader.inputs.sort(Comparator.comparing(TensorSpec::name));
    reader.outputs.sort(Comparator.comparing(TensorSpec::name));
    return new SignatureDef(key, List.copyOf(reader.inputs), List.copyOf(reader.outputs));
  }

  private void signature(ProtobufMessage signature) throws MalformedException {
    while (signature.next()) {
      switch (signature.field()) {
        case 1 -> inputs.add(tensor(signature.message()));
        case 2 -> outputs.add(tensor(signature.message()));
        default -> {}
      }
      if (inputs.size() > MOST_TENSORS || outputs.size() > MOST_TENSORS) {
        throw new MalformedException("a signature has more than " + MOST_TENSORS + " tensors");
      }
    }
  }

  private static TensorSpec tensor(ProtobufMessage entry) throws MalformedException {
    String name = "";
    ElementType type = ElementType.DYNAMIC;
    PartialShape shape = PartialShape.UNKNOWN;
    while (entry.next()) {
      if (entry.field() == 1) {
        name = entry.text();
      } else if (entry.field() == 2) {
        ProtobufMessage info = entry.message();
        while (info.next()) {
          switch (info.field()) {
            case 2 -> type = TensorFlowTypes.element(info.number());
            case 3 -> shape = TensorFlowTypes.shape(info.message());
            default -> {}
          }
        }
      }
    }
    return new TensorSpec(name, type, shape);
  }
}
