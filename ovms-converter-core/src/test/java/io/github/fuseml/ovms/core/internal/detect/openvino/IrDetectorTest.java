package io.github.fuseml.ovms.core.internal.detect.openvino;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IrDetectorTest {
  private static final String LAYERS = """
      <layers>
        <layer id="0" name="in" type="Parameter" version="opset1">
          <data shape="?,1..8,3" element_type="f16"/>
          <output><port id="0" precision="FP16" names="x,alias"/></output>
        </layer>
        <layer id="1" name="w" type="Const" version="opset1">
          <data element_type="f32" shape="2" offset="%s" size="%s"/>
          <output><port id="0" precision="FP32"><dim>2</dim></port></output>
        </layer>
        <layer id="2" name="out" type="Result" version="opset1">
          <input><port id="0" precision="FP32"><dim>-1</dim><dim>2</dim></port></input>
        </layer>
      </layers>
      <edges><edge from-layer="0" from-port="0" to-layer="2" to-port="0"/></edges>
      """;

  private final FormatDetector detector = new IrDetector();

  @TempDir
  private Path directory;

  private DirectoryTree tree() {
    return DirectoryTree.of(directory);
  }

  private void writeIr(String version, String offset, String size) {
    write(
        directory,
        "net.xml",
        "<?xml version=\"1.0\"?>\n<net name=\"n\" version=\"%s\">".formatted(version)
            + LAYERS.formatted(offset, size)
            + "</net>");
  }

  @Test
  void givenAnIrThenItsFilesInputsAndOutputsAreTold() {
    writeIr("11", "0", "8");
    write(directory, "net.bin", new byte[8]);

    DetectedModel model = found(detector, tree());

    assertThat(model.files()).containsExactly("net.bin", "net.xml");
    assertThat(model.inputs()).extracting(Object::toString).containsExactly("x f16[?,1..8,3]");
    assertThat(model.outputs()).extracting(Object::toString).containsExactly("x f32[?,2]");
    assertThat(model.attributes()).containsEntry("openvino.ir_version", "11");
  }

  @Test
  void givenNoConstantsInUseThenNoWeightsAreNeeded() {
    writeIr("11", "0", "0");

    assertThat(found(detector, tree()).files()).containsExactly("net.xml");
  }

  @Test
  void givenWeightsThatAreMissingOrCutOffThenItIsRefused() {
    assertThat(refused(detector, FixtureTrees.tree("bad-ir-weights-missing/model.xml"))
            .reason())
        .isEqualTo("model.bin is missing: it holds 268 bytes");
    assertThat(refused(detector, FixtureTrees.tree("bad-ir-weights-truncated/model.xml"))
            .what())
        .isEqualTo("an OpenVINO IR with truncated weights");
  }

  @ParameterizedTest
  @CsvSource({"-1, 8", "9223372036854775807, 8", "x, 8", "0, -8"})
  void givenAnImpossibleConstantThenItIsRefused(String offset, String size) {
    writeIr("11", offset, size);

    assertThat(refused(detector, tree()).reason())
        .isEqualTo("a constant has no valid offset and size");
  }

  @Test
  void givenAnOldVersionThenItIsRefused() {
    writeIr("7", "0", "0");

    assertThat(refused(detector, tree()).what()).isEqualTo("an OpenVINO IR of version 7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<project><net/></project>", "plain text", "<network/>", "{}"})
  void givenAnotherXmlThenItIsDeclined(String text) {
    write(directory, "net.xml", text);

    assertThat(declined(detector, tree())).contains("<net>");
  }

  @Test
  void givenADocumentTypeThenItIsNeverFollowed() {
    write(
        directory,
        "net.xml",
        "<!DOCTYPE net [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><net version=\"11\">&e;</net>");

    declined(detector, tree());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<net version=\"11\">&e;</net>",
        "<net version=\"11\"><layers></net>",
        "<net version=\"eleven\"><layers/></net>",
        "<net version=\"11\"/>",
        "<net version=\"11\"><layers><layer",
      })
  void givenABrokenIrThenItIsRefused(String text) {
    write(directory, "net.xml", text);

    assertThat(refused(detector, tree()).what()).isEqualTo("a damaged OpenVINO IR");
  }

  @Test
  void givenElementsNestedWithoutEndThenItIsRefused() {
    write(directory, "net.xml", "<net version=\"11\">" + "<a>".repeat(100_000));

    assertThat(refused(detector, tree()).reason()).contains("nests");
  }
}
