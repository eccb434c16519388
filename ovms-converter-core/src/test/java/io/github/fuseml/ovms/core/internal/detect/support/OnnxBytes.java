package io.github.fuseml.ovms.core.internal.detect.support;

/** Small ONNX messages to build a model from. */
public final class OnnxBytes {
  private OnnxBytes() {}

  /** A model with an IR version, a graph and an operator set. */
  public static ProtobufWriter model(ProtobufWriter graph) {
    return ProtobufWriter.message()
        .number(1, 8)
        .text(2, "test")
        .message(7, graph)
        .message(8, ProtobufWriter.message().number(2, 17));
  }

  /** A graph with one node, one input and one output. */
  public static ProtobufWriter graph() {
    return ProtobufWriter.message()
        .message(1, ProtobufWriter.message().text(1, "x").text(2, "y").text(4, "Relu"))
        .message(11, value("x"))
        .message(12, value("y"));
  }

  /** A tensor of unknown shape. */
  public static ProtobufWriter value(String name) {
    ProtobufWriter tensor = ProtobufWriter.message().number(1, 1);
    return ProtobufWriter.message()
        .text(1, name)
        .message(2, ProtobufWriter.message().message(1, tensor));
  }

  /** A tensor whose data lies in another file. */
  public static ProtobufWriter external(
      String name, String location, String offset, String length) {
    return ProtobufWriter.message()
        .text(8, name)
        .message(13, entry("location", location))
        .message(13, entry("offset", offset))
        .message(13, entry("length", length))
        .number(14, 1);
  }

  /** A model with one initializer outside. */
  public static byte[] withExternal(String location, String offset, String length) {
    return model(graph().message(5, external("weight", location, offset, length)))
        .toByteArray();
  }

  private static ProtobufWriter entry(String key, String value) {
    return ProtobufWriter.message().text(1, key).text(2, value);
  }
}
