package io.github.fuseml.ovms.core.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources that lie where versions are published, in directories with numbers for their names. */
class SourceInPlaceTest {
  private static final Path FIXTURES = Fixtures.root();

  @TempDir
  private Path directory;

  private OvmsConverter converter;

  @BeforeEach
  void open() {
    converter = Sandbox.in(directory).converter().build();
  }

  @AfterEach
  void close() {
    converter.close();
  }

  private ConversionResult convert(
      Path source, Path output, UnaryOperator<PublishOptions.Builder> options) {
    return converter.convert(ConversionRequest.builder()
        .source(source)
        .output(output)
        .publishing(options.apply(PublishOptions.builder()).build())
        .build());
  }

  /** A model in the directory of its first version, as TensorFlow's own server has it. */
  private Path copy(String fixture, Path to) throws IOException {
    Path from = FIXTURES.resolve(fixture);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return to;
  }

  @Test
  void givenASavedModelInVersionOneWhenOldVersionsAreRemovedThenTheModelStays() throws IOException {
    Path model = directory.resolve("m");
    Path source = copy("saved-model-mlp/model", model.resolve("1"));
    var before = Sandbox.digests(source);

    for (int i = 0; i < 3; i++) {
      convert(model, model, options -> options.keep(1).force(true));
    }

    assertThat(Sandbox.digests(source)).isEqualTo(before);
    assertThat(Sandbox.files(model)).contains("1/saved_model.pb").doesNotContain("2", "3");
    assertThat(model.resolve("2")).doesNotExist();
    assertThat(model.resolve("4")).exists();
  }

  @Test
  void givenAnotherSourceWhenOldVersionsAreRemovedThenAModelThatNobodyPublishedStays()
      throws IOException {
    Path model = directory.resolve("m");
    Files.createDirectories(model.resolve("1"));
    Path onnx = Files.copy(FIXTURES.resolve("onnx-mlp/model.onnx"), model.resolve("1/model.onnx"));

    ConversionResult result = convert(
        FIXTURES.resolve("onnx-conv/model.onnx"),
        model,
        options -> options.keep(1).force(true));

    assertThat(result.removed()).isEmpty();
    assertThat(onnx).exists();
  }

  @Test
  void givenAnIrThatIsTheSourceWhenOldVersionsAreRemovedThenItStaysByWhateverName()
      throws IOException {
    Path model = directory.resolve("m");
    convert(FIXTURES.resolve("onnx-mlp/model.onnx"), model, options -> options);
    Path link = Files.createSymbolicLink(directory.resolve("link"), model);

    ConversionResult result =
        convert(link.resolve("1/model.xml"), model, options -> options.keep(1).force(true));

    assertThat(result.version()).isEqualTo(2);
    assertThat(result.removed()).isEmpty();
    assertThat(model.resolve("1/model.xml")).exists();
  }

  @Test
  void givenTheSourceInAVersionWhenThatIsToBeReplacedThenItIsRefusedAndStays() throws IOException {
    Path model = directory.resolve("r");
    Files.createDirectories(model.resolve("1"));
    Path onnx = Files.copy(FIXTURES.resolve("onnx-mlp/model.onnx"), model.resolve("1/model.onnx"));

    assertThatThrownBy(() -> convert(model, model, options -> options.version(1).replace(true)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("the source lies in it")
        .hasMessageContaining("--output");

    assertThat(onnx).exists();
    assertThat(Sandbox.files(model)).containsExactly("1/model.onnx");
  }
}
