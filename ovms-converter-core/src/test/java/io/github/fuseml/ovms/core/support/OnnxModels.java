package io.github.fuseml.ovms.core.support;

import io.github.fuseml.ovms.core.internal.detect.support.ProtobufWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

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

  /**
   * {@code y = x + w0 + w1 …}, whose weights lie in a file beside it, which takes hardly any space on
   * the disk. Each begins with another number, so that no two are the same.
   */
  public static Path withManyWeightsBeside(Path file, int tensors, long floats) {
    String weights = file.getFileName() + ".data";
    ProtobufWriter graph = ProtobufWriter.message().text(2, "graph");
    try (RandomAccessFile data =
        new RandomAccessFile(file.resolveSibling(weights).toFile(), "rw")) {
      data.setLength(4 * floats * tensors);
      for (int i = 0; i < tensors; i++) {
        data.seek(4 * floats * i);
        data.writeInt(Integer.reverseBytes(Float.floatToIntBits(i + 1)));
        String before = i == 0 ? "x" : "h" + i;
        String after = i == tensors - 1 ? "y" : "h" + (i + 1);
        graph.message(1, operation("Add", before, "w" + i, after));
        graph.message(
            5,
            ProtobufWriter.message()
                .number(1, floats)
                .number(2, FLOAT)
                .text(8, "w" + i)
                .message(13, entry("location", weights))
                .message(13, entry("offset", Long.toString(4 * floats * i)))
                .message(13, entry("length", Long.toString(4 * floats)))
                .number(14, 1));
      }
      graph.raw(ports(floats).toByteArray());
      Files.write(file, head().message(7, graph).toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** {@code y = x a b}, where {@code a} has the given size and {@code b} the transposed one; random values. */
  public static Path withMatrices(Path file, int rows, int columns) {
    Random random = new Random(1);
    ProtobufWriter graph = ProtobufWriter.message()
        .message(1, operation("MatMul", "x", "a", "h"))
        .message(1, operation("MatMul", "h", "b", "y"))
        .text(2, "graph")
        .message(5, matrix("a", rows, columns, random))
        .message(5, matrix("b", columns, rows, random))
        .message(11, port("x", 1, rows))
        .message(12, port("y", 1, rows));
    try {
      return Files.write(file, head().message(7, graph).toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProtobufWriter matrix(String name, int rows, int columns, Random random) {
    ByteBuffer values = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      values.putFloat((float) random.nextGaussian());
    }
    return ProtobufWriter.message()
        .number(1, rows)
        .number(1, columns)
        .number(2, FLOAT)
        .text(8, name)
        .bytes(9, values.array());
  }

  /** A model that computes the same whatever it is given, for it is given nothing. */
  public static Path withoutInputs(Path file) {
    ProtobufWriter node =
        ProtobufWriter.message().text(1, "w").text(2, "y").text(3, "id").text(4, "Identity");
    ProtobufWriter tensor =
        ProtobufWriter.message().number(1, 1).number(2, FLOAT).text(8, "w").bytes(9, new byte[4]);
    ProtobufWriter graph = ProtobufWriter.message()
        .message(1, node)
        .text(2, "graph")
        .message(5, tensor)
        .message(12, port("y", 1));
    try {
      return Files.write(file, head().message(7, graph).toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProtobufWriter head() {
    ProtobufWriter opset = ProtobufWriter.message().number(2, 17);
    return ProtobufWriter.message().number(1, 8).message(8, opset);
  }

  private static ProtobufWriter add() {
    return operation("Add", "x", "w", "y");
  }

  private static ProtobufWriter operation(String type, String left, String right, String output) {
    return ProtobufWriter.message()
        .text(1, left)
        .text(1, right)
        .text(2, output)
        .text(3, type + " " + output)
        .text(4, type);
  }

  private static ProtobufWriter entry(String key, String value) {
    return ProtobufWriter.message().text(1, key).text(2, value);
  }

  private static ProtobufWriter ports(long floats) {
    return ProtobufWriter.message().message(11, port("x", floats)).message(12, port("y", floats));
  }

  private static ProtobufWriter port(String name, long... dimensions) {
    ProtobufWriter shape = ProtobufWriter.message();
    for (long dimension : dimensions) {
      shape.message(1, ProtobufWriter.message().number(1, dimension));
    }
    ProtobufWriter tensor = ProtobufWriter.message().number(1, FLOAT).message(2, shape);
    return ProtobufWriter.message()
        .text(1, name)
        .message(2, ProtobufWriter.message().message(1, tensor));
  }
}
