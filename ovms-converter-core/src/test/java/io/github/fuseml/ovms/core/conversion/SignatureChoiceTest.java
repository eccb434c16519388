package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.IrRunner;
import io.github.fuseml.ovms.testkit.IrRunner.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A SavedModel can be called in several ways, of which one is converted. */
@Timeout(120)
class SignatureChoiceTest {
  private static final Tolerance EXACT = new Tolerance(1e-5, 1e-4);

  @TempDir
  private static Path shared;

  private static Sandbox sandbox;
  private static OvmsConverter converter;
  private static IrRunner runner;

  /** Two graphs that TensorFlow wrote, (serve, gpu) with variables and (serve) without, in one file. */
  private static Path twoGraphs;

  @BeforeAll
  static void open() throws IOException {
    sandbox = Sandbox.in(shared);
    converter = sandbox.converter().build();
    runner = IrRunner.start(EngineEnvironment.python());
    twoGraphs = shared.resolve("two-graphs");
    Fixtures.get("saved-model-tf1-tags").copyTo(shared.resolve("copied"));
    Path model = shared.resolve("copied/saved-model-tf1-tags/model");
    Files.move(Files.exists(model) ? model : shared.resolve("copied/model"), twoGraphs);
    // Repeated fields of concatenated messages are one list.
    Files.write(
        twoGraphs.resolve("saved_model.pb"),
        Files.readAllBytes(FixtureTrees.path("saved-model-pure/model/saved_model.pb")),
        StandardOpenOption.APPEND);
  }

  @AfterAll
  static void close() {
    runner.close();
    converter.close();
  }

  private static OptimizationOptions options(String parameters) {
    OptimizationOptions.Builder options = OptimizationOptions.builder();
    for (String parameter : parameters.split(" & ", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        options.parameter(parameter.substring(0, equals), parameter.substring(equals + 1));
      }
    }
    return options.build();
  }

  private static ConversionResult convert(Path model, String parameters) {
    return converter.convert(sandbox
        .request(model)
        .output(shared
            .resolve("served")
            .resolve(Integer.toHexString((model + parameters).hashCode()))
            .toString())
        .options(options(parameters))
        .build());
  }

  private static void assertComputes(ConversionResult result, String samples) {
    Path xml = result.versionLocation().toPath().resolve(result.plan().modelName() + ".xml");
    assertThat(runner.compare(xml, FixtureTrees.path(samples), EXACT).outputs())
        .isNotEmpty()
        .allSatisfy((output, difference) -> assertThat(difference.beyond()).isNotPositive());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "saved-model-two-signatures | signature=embed           | samples-embed.npz",
        "saved-model-two-signatures | signature=serving_default | samples.npz",
        "saved-model-two-signatures | saved_model_tags=serve    | samples.npz",
        "saved-model-no-default     | signature=zeta            | samples-zeta.npz",
        "saved-model-same-names     | signature=squashed        | samples-squashed.npz",
        "saved-model-tf1-tags       | saved_model_tags=gpu,serve & signature=predict | samples.npz"
      })
  void givenAChosenSignatureThenTheResultComputesWhatItComputes(
      String fixture, String parameters, String samples) {
    ConversionResult result = convert(FixtureTrees.path(fixture + "/model"), parameters);
    assertComputes(result, fixture + "/" + samples);
    assertThat(result.warnings())
        .noneMatch(
            warning -> parameters.contains("signature=") && warning.contains("only one signature"));
  }

  @Test
  void givenSeveralGraphsThenTheirTagsChooseOne() {
    ConversionResult standard = convert(twoGraphs, "");
    ConversionResult tagged = convert(twoGraphs, "saved_model_tags=gpu, serve");
    assertComputes(standard, "saved-model-pure/samples.npz");
    assertComputes(tagged, "saved-model-tf1-tags/samples.npz");
    assertThat(tagged.plan().model().attributes())
        .containsEntry("tensorflow.tags", "serve, gpu")
        .containsEntry("tensorflow.signature", "predict");
  }

  @Test
  void givenSeveralGraphsOfWhichNoneIsTheStandardThenSomebodyHasToChoose() throws IOException {
    // given
    Path ambiguous = Files.createDirectory(shared.resolve("ambiguous"));
    Path graph = FixtureTrees.path("saved-model-tf1-tags/model");
    Sandbox.files(graph).forEach(file -> copy(graph.resolve(file), ambiguous.resolve(file)));
    Path description = ambiguous.resolve("saved_model.pb");
    byte[] bytes = Files.readAllBytes(description);
    byte[] other = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
        .replace("\"\u0003gpu", "\"\u0003tpu")
        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    Files.write(description, other, StandardOpenOption.APPEND);
    // when, then
    BadRequestException error =
        catchThrowableOfType(BadRequestException.class, () -> convert(ambiguous, ""));
    assertThat(error.problem().found()).contains("none with the tag 'serve' alone");
    assertThat(error.problem().remedy())
        .contains("--saved-model-tags")
        .contains("'serve,gpu', 'serve,tpu'");
    assertComputes(
        convert(ambiguous, "saved_model_tags=serve,tpu"), "saved-model-tf1-tags/samples.npz");
  }

  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "saved-model-two-signatures | signature=embedd | no signature 'embedd' among embed, serving_default | did you mean 'embed'?",
        "saved-model-two-signatures | signature=Embed  | no signature 'Embed' among embed, serving_default  | did you mean 'embed'?",
        "saved-model-two-signatures | signature=classify | no signature 'classify' among embed | use one of these",
        "saved-model-two-signatures | saved_model_tags=train | exactly the tags 'train' | use one of 'serve'",
        "saved-model-tf1-tags | saved_model_tags=serve | exactly the tags 'serve' | use one of 'serve,gpu'",
        "onnx-mlp | signature=predict | has nothing to choose among | leave it out"
      })
  void givenWhatIsNotThereThenTheErrorTellsWhatIs(
      String fixture, String parameters, String found, String remedy) {
    BadRequestException error = catchThrowableOfType(
        BadRequestException.class, () -> convert(Fixtures.get(fixture).source(), parameters));
    assertThat(error.problem().found()).contains(found);
    assertThat(error.problem().remedy()).contains(remedy);
  }

  @Test
  void givenASignatureThatAnotherGraphHasThenItsTagsAreNamed() {
    BadRequestException error = catchThrowableOfType(
        BadRequestException.class, () -> convert(twoGraphs, "signature=predict"));
    assertThat(error.problem().remedy()).contains("--saved-model-tags 'serve,gpu'");
  }

  @Test
  void givenSeveralSignaturesWhenItIsInspectedThenAllAreToldAndTheChosenOneIsShown() {
    DetectedModel model = converter
        .inspect(sandbox
            .request(FixtureTrees.path("saved-model-two-signatures/model"))
            .options(options("signature=embed"))
            .build())
        .plan()
        .model();
    assertThat(model.signatures())
        .extracting(ModelSignature::name)
        .containsExactly("embed", "serving_default");
    assertThat(model.signatures()).allMatch(each -> each.tags().equals(java.util.List.of("serve")));
    assertThat(model.inputs()).hasToString("[gain f32[], rows f32[?,4]]");
    assertThat(model.warnings()).isEmpty();
  }

  @Test
  void givenNoChoiceThenThePlanSaysWhichOneIsUsedAndHowToChoose() {
    assertThat(converter
            .plan(sandbox
                .request(FixtureTrees.path("saved-model-two-signatures/model"))
                .build())
            .model()
            .warnings())
        .containsExactly("only one signature is converted: serving_default is used, embed left"
            + " out; --signature chooses another");
  }
}
