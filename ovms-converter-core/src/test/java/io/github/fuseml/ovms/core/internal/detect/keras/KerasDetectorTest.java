package io.github.fuseml.ovms.core.internal.detect.keras;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerasDetectorTest {
  private final FormatDetector detector = new KerasDetector();

  @TempDir
  private Path directory;

  private ModelTree archive(String config) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("metadata.json"));
      zip.write("{\"keras_version\": \"3.0.0\"}".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("config.json"));
      zip.write(config.getBytes(StandardCharsets.UTF_8));
    }
    return DirectoryTree.of(write(directory, "net.keras", bytes.toByteArray()));
  }

  @ParameterizedTest
  @CsvSource({
    "keras-v3/model.keras, keras.v3, 3.15.1, image",
    "keras-2-v3/model.keras, keras.v3, 2.21.0, right",
    "keras-h5/model.h5, keras.h5, , sequence",
    "keras-2-h5/model.h5, keras.h5, , sequence",
    "mlflow-1.0-keras/model/model.h5, keras.h5, , hidden_input",
  })
  void givenAModelOfAnyKerasThenTheFileTellsWhatItIs(
      String path, String format, String version, String input) {
    DetectedModel model = found(detector, FixtureTrees.tree(path));

    assertThat(model.format().id()).isEqualTo(format);
    assertThat(model.attributes().get("keras.version")).isEqualTo(version);
    assertThat(model.inputs().get(0).name()).isEqualTo(input);
    assertThat(model.files()).hasSize(1);
  }

  @Test
  void givenAPackedConfigurationThenItIsReadTheSame() throws IOException {
    // Java's zip packs what Keras stores.
    DetectedModel model = found(detector, archive("""
            {"module": "keras", "class_name": "Sequential", "config": {"layers": [
              {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 4],
               "dtype": {"class_name": "DTypePolicy", "config": {"name": "int64"}}}},
              {"class_name": "Dense", "config": {"name": "y"}}]}}
            """));

    assertThat(model.name()).isEqualTo("net");
    assertThat(model.inputs()).hasToString("[x i64[?,4]]");
    assertThat(model.outputs().get(0).name()).isEqualTo("y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"config\": 1}",
        "{\"class_name\": [], \"config\": {\"layers\": [1, null, {}]}}",
        "{\"config\": {\"input_layers\": [[[[]]]], \"output_layers\": {\"a\": 1}, \"layers\": {}}}",
        "{\"config\": {\"input_layers\": [\"gone\", 0, 0]}}",
      })
  void givenAnOddConfigurationThenItIsFoundWithoutInputs(String config) throws IOException {
    assertThat(found(detector, archive(config)).inputs()).isEmpty();
  }

  @Test
  void givenASizeThatIsNoNumberOfThisWorldThenItIsLeftOpen() throws IOException {
    ModelTree tree = archive("""
        {"class_name": "Sequential", "config": [
          {"class_name": "Dense", "config": {"name": "a", "batch_input_shape": [1e999999, -1, "x", 2]}}]}
        """);

    assertThat(found(detector, tree).inputs()).hasToString("[a_input f32[?,?,?,2]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"a\": NaN}", "null"})
  void givenAConfigurationThatIsNoObjectThenItIsRefused(String config) throws IOException {
    assertThat(refused(detector, archive(config)).reason()).contains("config.json");
  }

  @Test
  void givenAConfigurationNestedWithoutEndThenItIsRefused() throws IOException {
    assertThat(refused(detector, archive("{\"a\":".repeat(100_000))).reason())
        .contains("config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "keras-v3-lambda/model.keras, a Lambda layer 'plus'",
    "keras-2-h5-lambda/model.h5, a Lambda layer 'plus'",
    "keras-v3-custom/model.keras, the custom object 'fixtures>Doubled'",
  })
  void givenCodeOfSomebodysOwnThenItIsRefusedInPlace(String path, String part) {
    Refusal refusal = refused(detector, FixtureTrees.tree(path));

    assertThat(refusal.reason()).contains(part);
    assertThat(refusal.remedy()).contains("model.export(\"dir\")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras-weights/model.weights.h5",
        "sklearn-skops/model.skops",
        "onnx-mlp/model.onnx"
      })
  void givenSomethingElseThenItIsDeclined(String path) {
    assertThat(declined(detector, FixtureTrees.tree(path))).isNotEmpty();
  }

  @Test
  void givenAModelThenOnlyItsDescriptionIsRead() throws IOException {
    Path large = directory.resolve("large.h5");
    Files.copy(FixtureTrees.path("keras-h5/model.h5"), large);
    try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    DirectoryTree tree = DirectoryTree.of(large);

    found(detector, tree);

    assertThat(tree.bytesRead()).isLessThan(1 << 20);
  }
}
