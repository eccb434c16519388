package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.protobuf.ProtobufMessage;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outermost fields of a file, as far as they tell an ONNX {@code ModelProto} from anything else.
 * A few bytes of each are read.
 *
 * @param irVersion whether a plausible {@code ir_version} was seen
 * @param graph whether a {@code graph} was seen, or at least its beginning
 * @param whyNot what speaks against ONNX, as it continues "it …"
 * @param damage what is wrong with it if it is ONNX; null when nothing is
 */
record OnnxHeader(
    boolean irVersion,
    boolean graph,
    String whyNot,
    @Nullable String damage) {
  static final int IR_VERSION = 1;
  static final int PRODUCER_NAME = 2;
  static final int PRODUCER_VERSION = 3;
  static final int DOMAIN = 4;
  static final int MODEL_VERSION = 5;
  static final int GRAPH = 7;
  static final int OPSET_IMPORT = 8;
  static final int FUNCTIONS = 25;

  static final Map<Integer, String> NAMES = Map.of(
      PRODUCER_NAME,
      "producer_name",
      PRODUCER_VERSION,
      "producer_version",
      DOMAIN,
      "domain",
      6,
      "doc_string",
      GRAPH,
      "graph",
      OPSET_IMPORT,
      "opset_import",
      14,
      "metadata_props",
      20,
      "training_info",
      FUNCTIONS,
      "functions",
      26,
      "configuration");

  private static final Set<Integer> SHORT = Set.of(PRODUCER_NAME, PRODUCER_VERSION, DOMAIN);
  private static final int LONGEST_NAME = 4096;
  private static final int NEWEST_IR_VERSION = 1000;

  /**
   * Whether it is ONNX, be it whole or damaged.
   *
   * @param named whether its name says so, which makes up for a graph that is cut off
   */
  boolean isOnnx(boolean named) {
    return irVersion && (graph || (named && damage != null));
  }

  static OnnxHeader read(FileBytes bytes) {
    ProtobufMessage model = ProtobufMessage.of(bytes, NAMES);
    boolean irVersion = false;
    boolean graph = false;
    try {
      while (model.next()) {
        String strange = strange(model);
        if (strange != null) {
          // A newer ONNX may have a field that is not known here: no reason to refuse a graph.
          return new OnnxHeader(irVersion, graph, strange, null);
        }
        irVersion |= model.field() == IR_VERSION;
        graph |= model.field() == GRAPH;
      }
      return new OnnxHeader(irVersion, graph, "has no ir_version or no graph field", null);
    } catch (MalformedException e) {
      graph |= model.field() == GRAPH;
      return new OnnxHeader(
          irVersion, graph, "is not a protobuf message: " + e.reason(), e.reason());
    }
  }

  private static @Nullable String strange(ProtobufMessage model) throws MalformedException {
    int field = model.field();
    if (field == IR_VERSION || field == MODEL_VERSION) {
      boolean plausible = model.isVarint()
          && (field != IR_VERSION || (model.number() > 0 && model.number() < NEWEST_IR_VERSION));
      return plausible ? null : "has no plausible version in field " + field;
    }
    if (!NAMES.containsKey(field) || !model.hasLength()) {
      return "has a field " + field + " that no ONNX model has";
    }
    boolean tooLong = SHORT.contains(field) && model.length() > LONGEST_NAME;
    return tooLong ? "has a " + NAMES.get(field) + " of " + model.length() + " bytes" : null;
  }
}
