package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.support.ConvertingProgram;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Processes;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's process: how long it lives, and what it can see and import. */
class EngineProcessTest {
  private static final Path MODEL =
      Path.of(System.getProperty("ovms.fixtures"), "onnx-mlp", "model.onnx");
  private static final String WORKS_LONG =
      "start()\nsay(HELLO)\nrequest()\nmark('working')\nwait()";

  @TempDir
  Path directory;

  private Sandbox sandbox;

  @BeforeEach
  void makeTheSandbox() {
    sandbox = Sandbox.in(directory.resolve("sandbox"));
  }

  @Test
  void givenManyConversionsThenOneProcessServesThem() {
    long self = ProcessHandle.current().pid();
    Set<Long> before = new HashSet<>(Processes.childrenOf(self));
    Set<Long> seen = new HashSet<>();
    try (OvmsConverter converter = sandbox.converter().build()) {
      for (int i = 0; i < 10; i++) {
        converter.convert(sandbox.request(MODEL).build());
        seen.addAll(Processes.childrenOf(self));
      }
    }
    seen.removeAll(before);
    assertThat(seen).hasSize(1);
    seen.forEach(Processes::awaitEnd);
  }

  @Test
  void givenAProgramThatIsKilledThenItsEngineEndsEvenIfItCannotReact() throws Exception {
    Process program = ConvertingProgram.program(
            List.of(), MODEL, sandbox, EngineEnvironment.python())
        .start();
    try (BufferedReader lines = reader(program)) {
      assertThat(lines.readLine()).isEqualTo("converted 1");
      List<Long> engine = Processes.childrenOf(program.pid());
      assertThat(engine).hasSize(1);
      // A stopped process notices no end of its input, as one in a long native call does not.
      Processes.signal(engine.get(0), "STOP");

      program.destroyForcibly().waitFor();

      Processes.awaitEnd(engine.get(0));
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void givenAProgramThatIsToldToEndThenNothingTemporaryIsLeft() throws Exception {
    FakeEngine slow = FakeEngine.in(directory.resolve("slow"), WORKS_LONG);
    Process program =
        ConvertingProgram.program(List.of(), MODEL, sandbox, slow.python()).start();
    slow.awaitMark("working");
    assertThat(sandbox.work()).isNotEmptyDirectory();

    Processes.signal(program.pid(), "TERM");

    assertThat(program.waitFor()).isEqualTo(143);
    slow.awaitNoProcess();
    sandbox.assertNothingLeft();
  }

  @Test
  void givenCredentialsInTheEnvironmentThenTheEngineDoesNotGetThem() throws Exception {
    FakeEngine curious = FakeEngine.in(
        directory.resolve("curious"),
        "json.dump(dict(os.environ), open(os.path.join(HERE, 'environment'), 'w'))\n"
            + "start()\nsay(HELLO)\nserve()");
    ProcessBuilder program = ConvertingProgram.program(List.of(), MODEL, sandbox, curious.python());
    program.environment().put("AWS_SECRET_ACCESS_KEY", "canary");
    program.environment().put("MLFLOW_TRACKING_TOKEN", "canary");
    Process process = program.start();
    process.getOutputStream().close();
    assertThat(reader(process).readLine()).isEqualTo("converted 1");
    process.waitFor();

    assertThat(directory.resolve("curious/environment"))
        .content()
        .contains("PATH")
        .doesNotContain("canary", "AWS_", "MLFLOW_");
  }

  @Test
  void givenAnEnvironmentWithTorchThenTheEngineCannotImportIt() throws Exception {
    Path python = environment(
        "openvino/__init__.py", "",
        "openvino/_pyopenvino.py", """
        try:
            import torch
            raise RuntimeError("torch was imported")
        except ImportError:
            raise RuntimeError("torch cannot be imported")
        """,
        "torch/__init__.py", "");
    EngineSettings settings = EngineSettings.builder().python(python).build();
    try (OvmsConverter converter = sandbox.converter(settings).build()) {
      assertThatThrownBy(converter::engineInfo)
          .isInstanceOf(EngineMissingException.class)
          .hasMessageContaining("torch cannot be imported");
    }
  }

  @Test
  void givenAProcessThatIsKilledWhileItWorksThenTheErrorTellsAndTheNextRunWorks() {
    FakeEngine slow = FakeEngine.in(directory.resolve("slow"), WORKS_LONG);
    try (OvmsConverter converter = sandbox.converter(slow.settings().build()).build()) {
      Thread killer = new Thread(() -> {
        slow.awaitMark("working");
        slow.mend();
        Processes.signal(slow.pids().get(0), "KILL");
      });
      killer.start();

      assertThatThrownBy(() -> converter.convert(sandbox.request(MODEL).build()))
          .isInstanceOf(ConversionFailedException.class)
          .hasMessageContaining("was ended by signal 9")
          .hasMessageContaining("memory");
      sandbox.assertNothingLeft();
      assertThat(converter.convert(sandbox.request(MODEL).build()).version()).isEqualTo(1);
    }
  }

  @Test
  void givenAMemoryLimitThatIsTooLowThenTheErrorNamesIt() {
    EngineSettings settings =
        EngineEnvironment.settings().memoryLimit(8L * 1024 * 1024).build();
    try (OvmsConverter converter = sandbox.converter(settings).build()) {
      assertThatThrownBy(() -> converter.convert(sandbox.request(MODEL).build()))
          .isInstanceOfAny(ConversionFailedException.class, EngineMissingException.class);
      sandbox.assertNothingLeft();
    }
  }

  /** A Python environment with these modules, pairs of paths and contents. */
  private Path environment(String... files) throws Exception {
    Path venv = directory.resolve("venv");
    int exit = new ProcessBuilder(
            EngineEnvironment.python().toString(), "-m", "venv", "--without-pip", venv.toString())
        .inheritIO()
        .start()
        .waitFor();
    assertThat(exit).isZero();
    Path packages;
    try (Stream<Path> paths = Files.walk(venv)) {
      packages =
          paths.filter(path -> path.endsWith("site-packages")).findFirst().orElseThrow();
    }
    for (int i = 0; i < files.length; i += 2) {
      Path file = packages.resolve(files[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, files[i + 1]);
    }
    return venv.resolve("bin/python");
  }

  private static BufferedReader reader(Process process) throws IOException {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> process.getInputStream().available() > 0 || !process.isAlive());
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }
}
