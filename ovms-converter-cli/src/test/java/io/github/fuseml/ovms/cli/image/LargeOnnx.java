package io.github.fuseml.ovms.cli.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ONNX models of any size: {@code y = x + w}, where {@code w} is a vector of zeros. Field numbers as in
 * onnx.proto; a message may be written in pieces, for one after the other they are merged.
 */
final class LargeOnnx {
  private static final int FLOAT = 1;

  private LargeOnnx() {}

  /** A model whose weights are in the same file, which no engine can map. */
  static Path withWeightsInside(Path file, int floats) throws IOException {
    byte[] dims = join(number(1, floats), number(2, FLOAT), text(8, "w"));
    byte[] header = header(9, 4L * floats);
    long tensor = dims.length + header.length + 4L * floats;
    byte[] initializer = header(5, tensor);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(frame(floats));
      out.write(header(7, initializer.length + tensor));
      out.write(join(initializer, dims, header));
      byte[] zeros = new byte[1 << 20];
      for (long rest = 4L * floats; rest > 0; rest -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(zeros.length, rest));
      }
    }
    return file;
  }

  /** A model whose weights are in a file beside it. */
  static Path withWeightsBeside(Path file, int floats) throws IOException {
    String weights = file.getFileName() + ".data";
    byte[] location = join(text(1, "location"), text(2, weights));
    byte[] length = join(text(1, "length"), text(2, Long.toString(4L * floats)));
    byte[] tensor = join(
        number(1, floats),
        number(2, FLOAT),
        text(8, "w"),
        message(13, location),
        message(13, length),
        number(14, 1));
    Files.write(file, join(frame(floats), message(7, message(5, tensor))));
    try (OutputStream out = Files.newOutputStream(file.resolveSibling(weights))) {
      byte[] zeros = new byte[1 << 20];
      for (long rest = 4L * floats; rest > 0; rest -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(zeros.length, rest));
      }
    }
    return file;
  }

  /** Everything but the weights. */
  private static byte[] frame(int floats) {
    byte[] node = join(text(1, "x"), text(1, "w"), text(2, "y"), text(4, "Add"));
    byte[] graph = join(
        message(1, node),
        text(2, "graph"),
        message(11, port("x", floats)),
        message(12, port("y", floats)));
    return join(number(1, 8), message(8, join(text(1, ""), number(2, 13))), message(7, graph));
  }

  private static byte[] port(String name, int floats) {
    byte[] shape = message(1, number(1, floats));
    byte[] tensor = join(number(1, FLOAT), message(2, shape));
    return join(text(1, name), message(2, message(1, tensor)));
  }

  private static byte[] number(int field, long value) {
    return join(varint(field << 3), varint(value));
  }

  private static byte[] text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(int field, byte[] content) {
    return join(header(field, content.length), content);
  }

  private static byte[] header(int field, long length) {
    return join(varint(field << 3 | 2), varint(length));
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write((int) ((rest & 0x7F) | 0x80));
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
