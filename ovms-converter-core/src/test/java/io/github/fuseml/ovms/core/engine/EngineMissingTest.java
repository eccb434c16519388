package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.PythonHome;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interpreter that was named and does not work is told, with the reason, and no other is tried. */
class EngineMissingTest {
  @TempDir
  private Path directory;

  private Sandbox sandbox;

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory.resolve("box"));
  }

  @Test
  void givenAnInterpreterThatDoesNotExistThenTheErrorNamesIt() {
    assertMissing(directory.resolve("nowhere/python"), "No such file or directory");
  }

  @Test
  void givenAnInterpreterThatIsNotExecutableThenTheErrorNamesIt() throws IOException {
    assertMissing(
        Files.writeString(directory.resolve("python"), "#!/bin/sh\nexit 0\n"), "Permission denied");
  }

  @Test
  void givenAnInterpreterThatIsADirectoryThenTheErrorNamesIt() throws IOException {
    assertMissing(Files.createDirectory(directory.resolve("python")), "denied");
  }

  @Test
  void givenAProgramThatIsNoInterpreterThenTheErrorTellsHowItEnded() {
    assertMissing(Path.of("/bin/false"), "exit code 1");
  }

  @Test
  void givenAProgramThatPrintsItsInputThenTheErrorShowsIt() {
    assertMissing(Path.of("/bin/echo"), "no answer: -I -X utf8");
  }

  @Test
  void givenAnInterpreterWithoutOpenvinoThenTheErrorSaysSo() throws IOException {
    PythonHome home = PythonHome.in(directory.resolve("python"));
    home.file("engine.pth", "");

    assertMissing(home.python(), "no module named 'openvino'");
  }

  @Test
  void givenAnInterpreterWithABrokenOpenvinoThenTheErrorSaysWhy() throws IOException {
    PythonHome home = PythonHome.in(directory.resolve("python"));
    home.file("engine.pth", "");
    home.file("openvino/__init__.py", "");
    home.file("openvino/_pyopenvino.py", "raise OSError('libopenvino.so: wrong ELF class')\n");

    assertMissing(home.python(), "libopenvino.so: wrong ELF class");
  }

  @Test
  void givenNoEngineThenThePlanNeedsNone() {
    EngineSettings settings =
        EngineSettings.builder().python(directory.resolve("nowhere/python")).build();
    try (OvmsConverter converter = sandbox.converter(settings).build()) {
      assertThat(converter.plan(sandbox.request(model()).build()).version()).isEqualTo(1);
    }
  }

  private void assertMissing(Path python, String reason) {
    EngineSettings settings = EngineSettings.builder().python(python).build();
    try (OvmsConverter converter = sandbox.converter(settings).build()) {
      EngineMissingException error = catchThrowableOfType(
          EngineMissingException.class,
          () -> converter.convert(sandbox.request(model()).build()));

      assertThat(error).isNotNull();
      assertThat(error)
          .hasMessageContainingAll(python.toString(), "setting", reason)
          .hasMessageContainingAll("engine install", "OVMS_CONVERTER_PYTHON");
      assertThat(catchThrowableOfType(EngineMissingException.class, converter::engineInfo))
          .hasMessageContaining(reason);
      sandbox.assertNothingLeft();
    }
    try (OvmsConverter converter =
        sandbox.converter(EngineEnvironment.settings().build()).build()) {
      converter.convert(sandbox.request(model()).build());
    }
    sandbox.assertOnlyVersions(1);
  }

  private static Path model() {
    return FixtureTrees.path("onnx-mlp/model.onnx");
  }
}
