package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keras models, exported by an extra of the engine; what they compute is compared with the fixtures. */
@Timeout(600)
class KerasExportTest {
  @TempDir
  private Path directory;

  private Sandbox sandbox;

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory);
  }

  private OvmsConverter installed(EngineSettings.Builder settings) {
    try (OvmsConverter installer = sandbox.converter().build()) {
      installer.installEngine("keras", System.out::println);
    }
    return sandbox.converter(settings.build()).build();
  }

  private OvmsConverter withoutTheExtra() {
    return sandbox
        .converter(
            EngineEnvironment.settings().home(directory.resolve("nothing")).build())
        .build();
  }

  private Path archive(Map<String, String> entries) throws IOException {
    Path file = directory.resolve("model.keras");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private static Map<String, String> sequence(String layer) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("metadata.json", "{\"keras_version\": \"3.15.1\"}");
    entries.put("config.json", """
        {"module": "keras", "class_name": "Sequential", "registered_name": null,
         "config": {"name": "net", "layers": [%s]}}
        """.formatted(layer));
    return entries;
  }

  @Test
  void givenThatTheExtraIsMissingThenTheErrorSaysHowToInstallIt() {
    try (OvmsConverter converter = withoutTheExtra()) {
      EngineMissingException error = catchThrowableOfType(
          EngineMissingException.class,
          () -> converter.convert(
              sandbox.request(FixtureTrees.path("keras-v3/model.keras")).build()));

      assertThat(error.problem().remedy())
          .contains("ovms-converter engine install --with keras")
          .contains("model.export(\"dir\")");
    }
  }

  @Test
  void givenThatTheExtraIsMissingThenWhatTheFileTellsIsToldAllTheSame() {
    try (OvmsConverter converter = withoutTheExtra()) {
      ModelDescription description = converter.inspect(
          sandbox.request(FixtureTrees.path("mlflow-1.30-keras-h5/model")).build());

      assertThat(description.plan().model().format()).isEqualTo(ModelFormat.KERAS_H5);
      assertThat(description.inputs()).hasToString("[sequence f32[?,7,3]]");
      assertThat(description.outputs().get(0).name()).isEqualTo("forecast");
      assertThat(description.plan().model().attributes())
          .containsEntry("mlflow.version", "1.30.1")
          .containsKey("mlflow.signature");
    }
  }

  @Test
  void givenAnotherNameAndOptionsThenItIsConvertedWithThem() throws IOException {
    // given
    Path renamed =
        Files.copy(FixtureTrees.path("keras-v3/model.keras"), directory.resolve("weights.bin"));
    OptimizationOptions options = OptimizationOptions.builder()
        .parameter("input_shape", "[1,16,16,3]")
        .parameter("mean_values", "[1,2,3]")
        .parameter("layout", "nhwc")
        .build();
    try (OvmsConverter converter = installed(EngineEnvironment.settings())) {
      // when
      ConversionResult result =
          converter.convert(sandbox.request(renamed).options(options).build());
      // then
      assertThat(result.inputs()).hasToString("[image f32[1,16,16,3]]");
      assertThat(result.outputs()).hasToString("[scores f32[1,5]]");
      sandbox.assertOnlyVersions(1);
    }
  }

  @Test
  void givenTooLittleTimeThenItIsEndedAndNothingIsLeft() {
    EngineSettings.Builder settings = EngineEnvironment.settings().timeLimit(Duration.ofMillis(50));
    try (OvmsConverter converter = installed(settings)) {
      ConversionFailedException error = catchThrowableOfType(
          ConversionFailedException.class,
          () -> converter.convert(
              sandbox.request(FixtureTrees.path("keras-h5/model.h5")).build()));

      assertThat(error.problem().remedy()).contains("--engine-time-limit");
      assertThat(ProcessHandle.current().children()).noneMatch(KerasExportTest::isOfTheExtra);
    }
    sandbox.assertNothingLeft();
  }

  private static boolean isOfTheExtra(ProcessHandle process) {
    return process.isAlive() && process.info().command().orElse("").contains("/keras-");
  }

  @Test
  void givenTooLittleMemoryThenTheErrorSaysSo() {
    EngineSettings.Builder settings = EngineEnvironment.settings().memoryLimit(150L << 20);
    try (OvmsConverter converter = installed(settings)) {
      assertThatThrownBy(() -> converter.convert(
              sandbox.request(FixtureTrees.path("keras-h5/model.h5")).build()))
          .isInstanceOf(ConversionFailedException.class)
          .hasMessageContaining("--engine-memory-limit");
    }
    sandbox.assertNothingLeft();
  }

  /** A model that is refused before TensorFlow is even imported. */
  record Hostile(String name, Map<String, String> entries, String found) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Hostile> hostile() {
    Map<String, String> outside = sequence("");
    outside.put("../outside.txt", "x");
    Map<String, String> bomb = sequence("");
    bomb.put("model.weights.h5", "0".repeat(20 << 20));
    return Stream.of(
        new Hostile(
            "a model from a path",
            sequence(layer("keras.layers", "TFSMLayer", "\"filepath\": \"/srv/other\"")),
            "TFSMLayer 'odd': it loads a SavedModel from a path on the machine"),
        new Hostile(
            "a pickled module",
            sequence(layer("keras.layers", "TorchModuleWrapper", "\"module\": \"gASV\"")),
            "TorchModuleWrapper 'odd': it unpickles a PyTorch module"),
        new Hostile(
            "a vocabulary from a file",
            sequence(layer("keras.layers", "StringLookup", "\"vocabulary\": \"/etc/passwd\"")),
            "StringLookup 'odd': its vocabulary is a file on the machine"),
        new Hostile(
            "a function that fetches files",
            sequence(layer("keras.utils", "get_file", "\"origin\": \"http://127.0.0.1/\"")),
            "the module keras.utils"),
        new Hostile(
            "an operator that loads a library",
            sequence(layer("keras.layers", "TFOpLambda", "\"function\": \"load_op_library\"")),
            "TFOpLambda 'odd': it calls load_op_library"),
        new Hostile(
            "an operator that reads files",
            sequence(layer("keras.layers", "TFOpLambda", "\"function\": \"io.read_file\"")),
            "TFOpLambda 'odd': it calls io.read_file"),
        new Hostile(
            "a Python function",
            sequence("{\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"f\"}"),
            "function: it names a Python function"),
        new Hostile("an entry that leads out", outside, "leads out of it"),
        new Hostile("an archive that grows", bomb, "unpacks to"));
  }

  private static String layer(String module, String name, String config) {
    return """
        {"module": "%s", "class_name": "%s", "registered_name": null,
         "config": {"name": "odd", %s}}
        """.formatted(module, name, config);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void givenAHostileArchiveThenItIsRefusedBeforeItIsLoaded(Hostile hostile) throws IOException {
    Path file = archive(hostile.entries());
    try (OvmsConverter converter = installed(EngineEnvironment.settings())) {
      OvmsConverterException error = catchThrowableOfType(
          OvmsConverterException.class,
          () -> converter.convert(sandbox.request(file).build()));

      assertThat(error).isInstanceOf(UnsupportedFormatException.class);
      assertThat(error.problem().found()).contains(hostile.found());
      assertThat(error.problem().remedy()).contains("model.export");
    }
  }

  @Test
  void givenAModelThatDoesNotTellItsInputsThenTheErrorSaysWhatToDo() throws IOException {
    Path file = archive(sequence(""));
    try (OvmsConverter converter = installed(EngineEnvironment.settings())) {
      assertThatThrownBy(() -> converter.convert(sandbox.request(file).build()))
          .isInstanceOf(ConversionFailedException.class);
    }
    assertThat(sandbox.output()).doesNotExist();
  }
}
