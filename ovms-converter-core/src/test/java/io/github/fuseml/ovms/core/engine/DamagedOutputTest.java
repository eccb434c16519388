package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.OnnxModels;
import io.github.fuseml.ovms.core.support.PythonHome;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenVINO may write less than it should and say nothing: what was written is read again. */
class DamagedOutputTest {
  @TempDir
  private Path directory;

  /** What happens to the files just after OpenVINO has written them; {@code bin} and {@code xml}. */
  record Damage(
      String name, String lines, Class<? extends OvmsConverterException> error, String phrase) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Damage> damages() {
    Class<VerificationFailedException> unverified = VerificationFailedException.class;
    return Stream.of(
        new Damage(
            "the last byte of the weights is missing",
            "os.truncate(bin, os.path.getsize(bin) - 1)",
            unverified,
            "the weights have"),
        new Damage("the weights are empty", "os.truncate(bin, 0)", unverified, "have 0 bytes"),
        new Damage(
            "there are no weights", "os.remove(bin)", unverified, "the weights have 0 bytes"),
        new Damage(
            "the description is cut",
            "os.truncate(xml, os.path.getsize(xml) // 2)",
            unverified,
            "ends before its end"),
        new Damage("the description is empty", "os.truncate(xml, 0)", unverified, "before its end"),
        new Damage("there is no description", "os.remove(xml)", unverified, "not there: model.xml"),
        new Damage(
            "the description is damaged in its middle",
            "data = open(xml).read(); open(xml, 'w').write(data.replace('<layers>', '<lay ers>'))",
            unverified,
            ""),
        new Damage(
            "an output is lost",
            "data = open(xml).read(); open(xml, 'w').write(data.replace('type=\"Result\"', 'type=\"Sink\"'))",
            unverified,
            ""),
        new Damage(
            "writing fails",
            "raise RuntimeError('Exception from src/core/src/pass/serialize.cpp:12:\\ndisk quota')",
            TransferException.class,
            "disk quota"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void givenOutputThatIsDamagedThenItIsNotPublished(Damage damage) {
    // given
    Sandbox sandbox = Sandbox.in(directory.resolve("box"));
    PythonHome home = PythonHome.in(directory.resolve("python"))
        .file("damage.pth", "import damage\n")
        .file("damage.py", """
            import builtins, os, sys

            original = builtins.__import__

            def patched(name, *rest, **more):
                module = original(name, *rest, **more)
                native = sys.modules.get("openvino._pyopenvino")
                if hasattr(native, "save_model") and not hasattr(native, "save_whole"):
                    native.save_whole = native.save_model
                    native.save_model = save
                return module

            def save(model, xml, *rest):
                sys.modules["openvino._pyopenvino"].save_whole(model, xml, *rest)
                bin = os.path.splitext(xml)[0] + ".bin"
                %s

            builtins.__import__ = patched
            """.formatted(damage.lines()));
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().python(home.python()).build())
        .build()) {

      // when
      OvmsConverterException error = catchThrowableOfType(
          OvmsConverterException.class,
          () -> converter.convert(
              sandbox.request(FixtureTrees.path("onnx-mlp/model.onnx")).build()));

      // then
      assertThat(error).isExactlyInstanceOf(damage.error());
      assertThat(error).hasMessageContaining(damage.phrase());
      assertThat(error.problem().remedy()).containsAnyOf("disk is not full", "work directory");
      assertThat(error.getMessage())
          .doesNotContain(".cpp", "Traceback", sandbox.work().toString());
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenAModelWithoutInputsThenItIsRefused() {
    Sandbox sandbox = Sandbox.in(directory.resolve("box"));
    Path model = OnnxModels.withoutInputs(directory.resolve("constant.onnx"));
    try (OvmsConverter converter = sandbox.converter().build()) {
      ConversionFailedException error = catchThrowableOfType(
          ConversionFailedException.class,
          () -> converter.convert(sandbox.request(model).build()));

      assertThat(error).isNotNull();
      assertThat(error).hasMessageContainingAll("constant.onnx", "no inputs");
      sandbox.assertNothingLeft();
    }
  }
}
