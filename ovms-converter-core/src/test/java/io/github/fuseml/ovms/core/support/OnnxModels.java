package io.github.fuseml.ovms.core.support;

import io.github.fuseml.ovms.core.internal.detect.support.ProtobufWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes ONNX models of any size: {@code y = x + w}, where {@code w} is as large as a test needs it.
 * Field numbers as in onnx.proto.
 */
public final class OnnxModels {
  private static final int FLOAT = 1;

  private OnnxModels() {}

  /** A model with its weights inside, all of them zero. */
  public static Path withWeightsInside(Path file, int floats) {
    byte[] dims =
        ProtobufWriter.message().number(1, floats).number(2, FLOAT).text(8, "w").toByteArray();
    long rawSize = 4L * floats;
    byte[] rawHeader = ProtobufWriter.message().header(9, rawSize).toByteArray();
    long tensorSize = dims.length + rawHeader.length + rawSize;
    byte[] beforeTensor = ProtobufWriter.message()
        .message(1, add())
        .text(2, "graph")
        .header(5, tensorSize)
        .toByteArray();
    byte[] afterTensor = ports(floats).toByteArray();
    long graphSize = beforeTensor.length + tensorSize + afterTensor.length;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(head().header(7, graphSize).toByteArray());
      out.write(beforeTensor);
      out.write(dims);
      out.write(rawHeader);
      byte[] zeros = new byte[1 << 20];
      for (long rest = rawSize; rest > 0; rest -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(zeros.length, rest));
      }
      out.write(afterTensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** A model whose weights lie in a file beside it, which takes no space on the disk. */
  public static Path withWeightsBeside(Path file, long floats) {
    String weights = file.getFileName() + ".data";
    ProtobufWriter tensor = ProtobufWriter.message()
        .number(1, floats)
        .number(2, FLOAT)
        .text(8, "w")
        .message(13, entry("location", weights))
        .message(13, entry("length", Long.toString(4 * floats)))
        .number(14, 1);
    ProtobufWriter graph = ProtobufWriter.message()
        .message(1, add())
        .text(2, "graph")
        .message(5, tensor)
        .raw(ports(floats).toByteArray());
    try (RandomAccessFile data =
        new RandomAccessFile(file.resolveSibling(weights).toFile(), "rw")) {
      data.setLength(4 * floats);
      Files.write(file, head().message(7, graph).toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static ProtobufWriter head() {
    ProtobufWriter opset = ProtobufWriter.message().number(2, 17);
    return ProtobufWriter.message().number(1, 8).message(8, opset);
  }

  private static ProtobufWriter add() {
    return ProtobufWriter.message()
        .text(1, "x")
        .text(1, "w")
        .text(2, "y")
        .text(3, "add")
        .text(4, "Add");
  }

  private static ProtobufWriter entry(String key, String value) {
    return ProtobufWriter.message().text(1, key).text(2, value);
  }

  private static ProtobufWriter ports(long floats) {
    return ProtobufWriter.message().message(11, port("x", floats)).message(12, port("y", floats));
  }

  private static ProtobufWriter port(String name, long floats) {
    ProtobufWriter shape =
        ProtobufWriter.message().message(1, ProtobufWriter.message().number(1, floats));
    ProtobufWriter tensor = ProtobufWriter.message().number(1, FLOAT).message(2, shape);
    return ProtobufWriter.message()
        .text(1, name)
        .message(2, ProtobufWriter.message().message(1, tensor));
  }
}
