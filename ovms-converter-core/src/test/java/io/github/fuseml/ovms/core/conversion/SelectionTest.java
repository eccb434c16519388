package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the files of a source are converted. */
class SelectionTest {
  private static final Path FIXTURES = Path.of(System.getProperty("ovms.fixtures"));
  private static final PublishOptions FORCED =
      PublishOptions.builder().force(true).build();

  private static final Path TWO = FIXTURES.resolve("bad-directory-onnx-and-saved-model/model");

  @TempDir
  Path directory;

  private Sandbox sandbox;
  private OvmsConverter converter;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().build();
  }

  @AfterEach
  void close() {
    converter.close();
  }

  @Test
  void givenTwoModelsWhenNoneIsChosenThenBothAreListedWithTheOption() {
    assertThatThrownBy(() -> converter.convert(sandbox.request(TWO).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("'model.onnx' (ONNX)")
        .hasMessageContaining("'.' (TensorFlow SavedModel)")
        .hasMessageContaining("--artifact .");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenTwoModelsWhenOneIsChosenByPathOrFormatThenItIsConverted() {
    assertThat(formatOf(sandbox.request(TWO).artifact("model.onnx"))).isEqualTo(ModelFormat.ONNX);
    assertThat(formatOf(sandbox.request(TWO).format("onnx").publishing(FORCED)))
        .isEqualTo(ModelFormat.ONNX);
    assertThat(formatOf(sandbox.request(TWO).artifact(".")))
        .isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
    sandbox.assertOnlyVersions(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givenAFormatThatNobodyKnowsThenItIsRefusedBeforeTheSourceIsLookedAt(boolean input) {
    Path nowhere = directory.resolve("nowhere");
    ConversionRequest.Builder request = sandbox.request(nowhere);
    assertThatThrownBy(() -> converter.convert(
            (input ? request.format("onx") : request.outputFormat(new ModelFormat("onx", "onx")))
                .build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("did you mean 'onnx'")
        .hasMessageContaining(input ? "(--format)" : "(--output-format)");
  }

  @Test
  void givenAFormatInCapitalsThenItIsTheSame() {
    assertThat(formatOf(sandbox.request(TWO).format("ONNX"))).isEqualTo(ModelFormat.ONNX);
    assertThatThrownBy(() -> formatOf(sandbox.request(TWO).format("AUTO")))
        .hasMessageContaining("--artifact .");
  }

  @Test
  void givenAFileAndNoOutputThenItIsRefusedBeforeItIsListed() {
    Path model = FIXTURES.resolve("onnx-mlp/model.onnx");
    ConversionRequest request = ConversionRequest.builder().source(model).build();
    assertThatThrownBy(() -> converter.convert(request))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("versions need a directory");
  }

  @Test
  void givenAnotherFormatThanTheModelsThenItIsRefusedWithWhatThereIs() {
    Path model = FIXTURES.resolve("onnx-mlp/model.onnx");

    assertThatThrownBy(
            () -> converter.plan(sandbox.request(model).format("paddle").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("no model of the format 'paddle'; there is 'model.onnx' (ONNX)");
  }

  @Test
  void givenModelsOfAnotherNameThanOpenVinoReadsThenTheyAreConvertedAllTheSame()
      throws IOException {
    Path tflite =
        Files.copy(FIXTURES.resolve("tflite-mlp/model.tflite"), directory.resolve("a.bin"));
    Path paddle =
        Files.copy(FIXTURES.resolve("paddle-mlp/model.pdmodel"), directory.resolve("net"));
    Files.copy(FIXTURES.resolve("paddle-mlp/model.pdiparams"), directory.resolve("net.pdiparams"));
    Path onnx = Files.copy(FIXTURES.resolve("onnx-mlp/model.onnx"), directory.resolve("c.xml"));

    assertThat(formatOf(sandbox.request(tflite))).isEqualTo(ModelFormat.TENSORFLOW_LITE);
    assertThat(formatOf(sandbox.request(paddle))).isEqualTo(ModelFormat.PADDLE);
    assertThat(formatOf(sandbox.request(onnx))).isEqualTo(ModelFormat.ONNX);
    sandbox.assertOnlyVersions(1, 2, 3);
  }

  @Test
  void givenAModelInsideARefusedPackageThenItIsConvertedOnlyWhenItIsNamed() {
    Path source = FIXTURES.resolve("mlflow-pyfunc-onnx/model");
    String inner = onnxBelow(source);

    assertThatThrownBy(() -> converter.plan(sandbox.request(source).build()))
        .isInstanceOf(UnsupportedFormatException.class);
    assertThat(formatOf(sandbox.request(source).artifact(inner))).isEqualTo(ModelFormat.ONNX);
  }

  @Test
  void givenASavedModelAmongTheArtifactsOfAPythonModelThenItIsConvertedWhenItIsNamed() {
    Path source = FIXTURES.resolve("mlflow-2.22-pyfunc-saved-model/model");

    assertThat(formatOf(sandbox.request(source).artifact("artifacts/exported")))
        .isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
    assertThatThrownBy(() ->
            converter.plan(sandbox.request(source).artifact("artifacts/nothing").build()))
        .isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void givenSeveralFlavorsThenTheBestIsTakenUnlessOneIsChosen() throws IOException {
    Path source = copyOf("mlflow-tensorflow-module/model");
    Files.copy(FIXTURES.resolve("onnx-mlp/model.onnx"), source.resolve("model.onnx"));
    Path description = source.resolve("MLmodel");
    Files.writeString(
        description,
        Files.readString(description)
            .replace("flavors:\n", "flavors:\n  onnx: {data: model.onnx}\n  sklearn: {a: b}\n"));

    assertThat(formatOf(sandbox.request(source))).isEqualTo(ModelFormat.ONNX);
    assertThat(formatOf(sandbox.request(source).flavor("tensorflow")))
        .isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
    assertThat(formatOf(sandbox.request(source).artifact("tf2model")))
        .isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
    assertThatThrownBy(
            () -> converter.plan(sandbox.request(source).flavor("sklearn").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("no model of the flavor 'sklearn'; there is 'model.onnx' (ONNX,")
        .hasMessageContaining("flavor onnx), 'tf2model' (TensorFlow SavedModel, flavor tensorflow)")
        .hasMessageContaining("--flavor");
  }

  @Test
  void givenAChosenFlavorThatIsBrokenThenItsOwnFaultIsTold() throws IOException {
    Path source = copyOf("mlflow-tensorflow-module/model");
    Path description = source.resolve("MLmodel");
    Files.writeString(
        description,
        Files.readString(description)
            .replace("flavors:\n", "flavors:\n  onnx: {data: model.onnx}\n"));

    assertThat(formatOf(sandbox.request(source))).isEqualTo(ModelFormat.TENSORFLOW_SAVED_MODEL);
    assertThatThrownBy(
            () -> converter.plan(sandbox.request(source).flavor("onnx").build()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("'model.onnx' is missing");
  }

  @Test
  void givenTheOutputInsideTheSourceWhenItRunsTwiceThenItsOwnOutputIsNoInput() {
    Path source = copyOf("mlflow-onnx/model");
    ConversionRequest request = ConversionRequest.builder()
        .source(source)
        .output(source.resolve("ovms"))
        .publishing(FORCED)
        .build();

    ConversionResult first = converter.convert(request);
    ConversionResult second = converter.convert(request);

    assertThat(first.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.plan().sourceFiles()).isEqualTo(first.plan().sourceFiles());
  }

  @Test
  void givenNoOutputWhenItRunsTwiceThenTheVersionsLieInTheSourceAndAreNoInput() {
    Path source = copyOf("saved-model-mlp/model");
    ConversionRequest request =
        ConversionRequest.builder().source(source).publishing(FORCED).build();

    assertThat(converter.convert(request).version()).isEqualTo(1);
    assertThat(converter.convert(request).version()).isEqualTo(2);
    assertThat(source.resolve("2/model.xml")).isNotEmptyFile();
    assertThat(source.resolve("saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void givenTheModelsOwnFormatAsOutputThenAllItsFilesAreMovedUnchanged() {
    Path source = FIXTURES.resolve("onnx-external-two");
    ConversionRequest request = sandbox
        .request(source.resolve("model.onnx"))
        .outputFormat(ModelFormat.ONNX)
        .build();

    converter.convert(request);

    var published = Sandbox.digests(sandbox.output().resolve("1"));
    assertThat(published).hasSize(3).containsKey("model.onnx");
    assertThat(Sandbox.digests(source)).containsAllEntriesOf(published);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openvino", "onnx"})
  void givenWeightsThatAreALinkOutOfTheModelThenTheyAreNotRead(String outputFormat)
      throws IOException {
    Path model = directory.resolve("source/model");
    copy(FIXTURES.resolve("onnx-external-one"), model);
    Path weights = model.resolve(externalDataOf("onnx-external-one"));
    Path outside = Files.move(weights, directory.resolve("outside"));
    Files.createSymbolicLink(weights, outside);
    ConversionRequest request = sandbox
        .request(model.resolve("model.onnx"))
        .outputFormat(new ModelFormat(outputFormat, outputFormat))
        .build();

    assertThatThrownBy(() -> converter.convert(request))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("leads out of the model");
    assertThat(sandbox.output()).doesNotExist();
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenALinkThatIsNamedItselfThenItIsFollowed() throws IOException {
    Path link = directory.resolve("link.onnx");
    Files.createSymbolicLink(link, FIXTURES.resolve("onnx-mlp/model.onnx"));

    assertThat(formatOf(sandbox.request(link))).isEqualTo(ModelFormat.ONNX);
  }

  @Test
  void givenAnIrThenItIsCopiedAsItIs() {
    Path source = FIXTURES.resolve("ir-mlp");

    converter.convert(sandbox.request(source.resolve("model.xml")).build());

    sandbox.assertOnlyVersions(1);
    assertThat(Sandbox.digests(source))
        .containsAllEntriesOf(Sandbox.digests(sandbox.output().resolve("1")));
  }

  @Test
  void givenNothingAtTheSourceThenItSaysSo() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));

    assertThatThrownBy(() -> converter.plan(sandbox.request(empty).build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("the directory is empty");
    assertThatThrownBy(() -> converter.plan(sandbox.request(empty.resolve("no")).build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no such file or directory");
  }

  @Test
  void givenAFileUrlWithEscapesThenItIsTheSameAsThePath() throws IOException {
    Path odd = Files.createDirectory(directory.resolve("50% + ü"));
    Files.copy(FIXTURES.resolve("onnx-mlp/model.onnx"), odd.resolve("model.onnx"));

    ConversionRequest request = ConversionRequest.builder()
        .source("file://" + directory + "/50%25%20+%20%C3%BC/model.onnx")
        .output(sandbox.output())
        .build();

    assertThat(converter.convert(request).version()).isEqualTo(1);
  }

  private static String externalDataOf(String fixture) {
    return Sandbox.files(FIXTURES.resolve(fixture)).stream()
        .filter(path -> !path.endsWith(".onnx") && !path.endsWith(".npz"))
        .findFirst()
        .orElseThrow();
  }

  private ModelFormat formatOf(ConversionRequest.Builder request) {
    return converter.convert(request.build()).plan().model().format();
  }

  private Path copyOf(String fixture) {
    Path target = directory.resolve("source").resolve("model");
    copy(FIXTURES.resolve(fixture), target);
    return target;
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String onnxBelow(Path source) {
    return Sandbox.files(source).stream()
        .filter(path -> path.endsWith(".onnx"))
        .findFirst()
        .orElseThrow();
  }
}
