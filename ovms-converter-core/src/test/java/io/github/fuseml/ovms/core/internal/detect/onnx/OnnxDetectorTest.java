package io.github.fuseml.ovms.core.internal.detect.onnx;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.internal.detect.support.OnnxBytes;
import io.github.fuseml.ovms.core.internal.detect.support.ProtobufWriter;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxDetectorTest {
  private final FormatDetector detector = new OnnxDetector();

  @TempDir
  private Path directory;

  private DirectoryTree tree() {
    return DirectoryTree.of(directory);
  }

  @Nested
  class Recognition {
    @Test
    void givenAnotherSuffixThenItIsFoundByItsContent() {
      DetectedModel model = found(detector, FixtureTrees.tree("onnx-mlp-suffix-bin"));

      assertThat(model.path()).isEqualTo("model.bin");
      assertThat(model.name()).isEqualTo("model");
      assertThat(model.attributes())
          .containsEntry("onnx.ir_version", "8")
          .containsEntry("onnx.opset", "17")
          .containsKey("onnx.producer");
    }

    @Test
    void givenATextNamedOnnxThenItIsDeclinedWithAReason() {
      assertThat(declined(detector, FixtureTrees.tree("bad-onnx-text/model.onnx")))
          .startsWith("'model.onnx' ");
    }

    @Test
    void givenATruncatedFileThenItSaysHowMuchIsMissing() {
      Refusal refusal = refused(detector, FixtureTrees.tree("bad-onnx-truncated/model.onnx"));

      assertThat(refusal.what()).isEqualTo("a damaged ONNX model");
      assertThat(refusal.reason())
          .matches("truncated: field graph claims 553 bytes, the file ends after 362 of them");
      assertThat(refusal.remedy()).contains("fetch");
    }

    @Test
    void givenAnEmptyFileThenItIsDeclined() {
      write(directory, "model.onnx", new byte[0]);

      assertThat(declined(detector, tree())).isEqualTo("'model.onnx' is empty");
    }

    @Test
    void givenAGraphWithoutOutputsThenItIsRefused() {
      ProtobufWriter graph =
          ProtobufWriter.message().message(1, ProtobufWriter.message().text(4, "Relu"));
      write(directory, "model.onnx", OnnxBytes.model(graph).toByteArray());

      assertThat(refused(detector, tree()).what()).isEqualTo("an ONNX model without outputs");
    }

    @Test
    void givenOperatorsThatNobodyKnowsThenItWarns() {
      DetectedModel model =
          found(detector, FixtureTrees.tree("bad-onnx-unknown-operator/model.onnx"));

      assertThat(model.warnings())
          .containsExactly("OpenVINO may not know the operators org.example.ops.Frobnicate");
      assertThat(model.attributes()).containsEntry("onnx.opset", "17");
    }

    @Test
    void givenADimensionWithANameAndNoShapeThenBothAreDynamic() {
      ProtobufWriter named = ProtobufWriter.message()
          .message(1, ProtobufWriter.message().text(2, "batch"))
          .message(1, ProtobufWriter.message().number(1, 3));
      ProtobufWriter tensor = ProtobufWriter.message().number(1, 16).message(2, named);
      ProtobufWriter input = ProtobufWriter.message()
          .text(1, "b")
          .message(2, ProtobufWriter.message().message(1, tensor));
      write(
          directory,
          "model.onnx",
          OnnxBytes.model(OnnxBytes.graph().message(11, input)).toByteArray());

      DetectedModel model = found(detector, tree());

      assertThat(model.inputs()).extracting(Object::toString).contains("x f32[...]", "b bf16[?,3]");
      assertThat(model.inputs().get(0).shape()).isEqualTo(PartialShape.UNKNOWN);
    }
  }

  @Nested
  class ExternalFiles {
    @Test
    void givenTensorsInSubgraphsThenTheirFilesAreNeeded() {
      DetectedModel model = found(detector, FixtureTrees.tree("onnx-external-if"));

      assertThat(model.files()).containsExactly("model.onnx", "no.data", "yes.data");
    }

    @Test
    void givenASubdirectoryThenOnlyTheNamedFilesAreNeeded() {
      DetectedModel model = found(detector, FixtureTrees.tree("onnx-external-two"));

      assertThat(model.files()).containsExactly("b.data", "model.onnx", "weights/a.data");
    }

    @Test
    void givenASingleFileThenWhatLiesBesideItIsFound() {
      DetectedModel model = found(detector, FixtureTrees.tree("onnx-external-one/model.onnx"));

      assertThat(model.files()).containsExactly("model.onnx", "model.onnx.data");
    }

    @ParameterizedTest
    @CsvSource({
      "/etc/passwd, is absolute",
      "../secret, leaves the model's directory",
      "a/../../secret, leaves the model's directory",
      "C:/secret, begins with a drive letter",
      "'..\\secret', holds a backslash",
      "a\0b, holds a NUL character",
      "'', names no file",
    })
    void givenALocationThatLeadsOutThenItIsRefused(String location, String why) {
      write(directory, "model.onnx", OnnxBytes.withExternal(location, "0", "4"));

      Refusal refusal = refused(detector, tree());

      assertThat(refusal.reason()).contains("'weight'").contains(why);
    }

    @Test
    void givenALocationWithDotsInsideThenItIsNormalised() {
      write(directory, "model.onnx", OnnxBytes.withExternal("./a/../w.data", "0", "4"));
      write(directory, "w.data", new byte[4]);

      assertThat(found(detector, tree()).files()).containsExactly("model.onnx", "w.data");
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "5, 0", "9223372036854775807, 1", "-1, 4", "x, 4"})
    void givenARangeThatTheFileHasNotThenItIsRefused(String offset, String length) {
      write(directory, "model.onnx", OnnxBytes.withExternal("w.data", offset, length));
      write(directory, "w.data", new byte[4]);

      assertThat(refused(detector, tree()).reason())
          .startsWith("external data reaches beyond its file: tensor 'weight' at 'w.data'");
    }

    @Test
    void givenManyMissingFilesThenThreeAndTheCountAreNamed() {
      ProtobufWriter graph = OnnxBytes.graph();
      for (int i = 0; i < 1000; i++) {
        graph.message(5, OnnxBytes.external("w" + i, "w" + i + ".data", "0", "4"));
      }
      write(directory, "model.onnx", OnnxBytes.model(graph).toByteArray());

      assertThat(refused(detector, tree()).reason())
          .isEqualTo(
              "external data is missing: tensor 'w0' at 'w0.data', 'w1' at 'w1.data', 'w2' at"
                  + " 'w2.data' and 997 more");
    }
  }

  @Nested
  class Costs {
    @Test
    void givenALargeTensorThenItIsSkippedAndNotRead() throws IOException {
      long raw = 200L << 20;
      ProtobufWriter tensor = ProtobufWriter.message().text(8, "weight").header(9, raw);
      byte[] tensorHead = tensor.toByteArray();
      ProtobufWriter graph = ProtobufWriter.message().header(5, tensorHead.length + raw);
      byte[] graphHead = graph.raw(tensorHead).toByteArray();
      byte[] graphTail = OnnxBytes.graph().toByteArray();
      byte[] head = ProtobufWriter.message()
          .number(1, 8)
          .header(7, graphHead.length + raw + graphTail.length)
          .raw(graphHead)
          .toByteArray();
      try (RandomAccessFile file =
          new RandomAccessFile(directory.resolve("model.onnx").toFile(), "rw")) {
        file.write(head);
        file.seek(head.length + raw);
        file.write(graphTail);
        file.write(ProtobufWriter.message()
            .message(8, ProtobufWriter.message().number(2, 17))
            .toByteArray());
      }
      DirectoryTree tree = tree();

      DetectedModel model = found(detector, tree);

      assertThat(model.outputs()).hasSize(1);
      assertThat(tree.bytesRead()).isLessThan(1 << 20);
      assertThat(tree.reads()).isLessThan(10);
    }

    @Test
    void givenADirectoryWithThousandsOfFilesThenFewAreLookedAt() {
      for (int i = 0; i < 2000; i++) {
        write(directory, "blobs/" + i, "blob");
      }
      DirectoryTree tree = tree();

      declined(detector, tree);

      assertThat(tree.reads()).isLessThan(300);
    }
  }

  @Nested
  class HostileFiles {
    private Refusal refusedInTime(byte[] model) {
      write(directory, "model.onnx", model);
      return Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(30), () -> refused(detector, tree()));
    }

    @Test
    void givenSubgraphsNestedWithoutEndThenItIsRefused() {
      ProtobufWriter graph = OnnxBytes.graph();
      for (int i = 0; i < 3000; i++) {
        ProtobufWriter attribute = ProtobufWriter.message().message(6, graph);
        graph = ProtobufWriter.message()
            .message(1, ProtobufWriter.message().message(5, attribute))
            .message(12, OnnxBytes.value("y"));
      }

      assertThat(refusedInTime(OnnxBytes.model(graph).toByteArray()).reason()).contains("deeper");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, -1, 1L << 62, Integer.MAX_VALUE})
    void givenALengthBeyondAllFilesThenItIsTruncated(long length) {
      byte[] model = ProtobufWriter.message().number(1, 8).header(7, length).toByteArray();

      assertThat(refusedInTime(model).reason()).startsWith("truncated: field graph claims ");
    }

    @Test
    void givenANumberWithoutEndThenItIsRefused() {
      byte[] endless = new byte[100];
      Arrays.fill(endless, (byte) 0xff);
      byte[] model = ProtobufWriter.message()
          .number(1, 8)
          .number(5, 1)
          .raw((byte) 0x38)
          .raw(endless)
          .toByteArray();

      write(directory, "model.onnx", model);

      assertThat(refused(detector, tree()).reason()).contains("64 bits");
    }

    @Test
    void givenAMillionInitializersThenItIsRefused() throws IOException {
      ProtobufWriter graph = OnnxBytes.graph();
      byte[] tensor = ProtobufWriter.message()
          .message(5, ProtobufWriter.message().text(8, "weight"))
          .toByteArray();
      for (int i = 0; i < 1_000_000; i++) {
        graph.raw(tensor);
      }

      Refusal refusal = refusedInTime(OnnxBytes.model(graph).toByteArray());

      assertThat(refusal.reason()).isEqualTo("it has more than 250000 tensors");
    }

    @Test
    void givenAHugeNameThenItIsRefused() {
      ProtobufWriter graph =
          OnnxBytes.graph().message(5, ProtobufWriter.message().bytes(8, new byte[1 << 20]));

      assertThat(refusedInTime(OnnxBytes.model(graph).toByteArray()).reason())
          .isEqualTo("field 8 is a name of 1048576 bytes");
    }

    @Test
    void givenFieldsWithoutNumberThenItEnds() throws IOException {
      byte[] fields = new byte[50 << 20];
      Arrays.fill(fields, (byte) 1);
      byte[] graph = OnnxBytes.graph().toByteArray();
      byte[] model = ProtobufWriter.message()
          .number(1, 8)
          .header(7, graph.length + fields.length)
          .raw(graph)
          .raw(shifted(fields))
          .toByteArray();

      assertThat(refusedInTime(model).reason()).contains("fields");
      Files.delete(directory.resolve("model.onnx"));
    }

    /** Field 3, a number, again and again. */
    private byte[] shifted(byte[] fields) {
      for (int i = 0; i < fields.length; i += 2) {
        fields[i] = 3 << 3;
      }
      return fields;
    }
  }
}
