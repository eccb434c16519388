package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.ChildJvm;
import io.github.fuseml.ovms.core.support.OnnxModels;
import io.github.fuseml.ovms.core.support.Processes;
import io.github.fuseml.ovms.core.support.PythonHome;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine's real process: what it loads, what it knows, how long it lives. */
@Timeout(120)
class EngineProcessTest {
  private static final long FLOATS = 1L << 28;

  @TempDir
  private Path directory;

  private Sandbox sandbox;
  private Path model;

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory.resolve("box"));
    model = FixtureTrees.path("onnx-mlp/model.onnx");
  }

  @Test
  void givenAnEnvironmentWithTorchAndTelemetryWhenAModelIsConvertedThenNeitherIsImported()
      throws Exception {
    // given
    Path marks = Files.createDirectory(directory.resolve("marks"));
    PythonHome home = PythonHome.in(directory.resolve("python"));
    List<String> packages = List.of("torch", "torchvision", "openvino_telemetry");
    for (String name : packages) {
      home.file(name + "/__init__.py", "open('%s', 'w').close()\n".formatted(marks.resolve(name)));
    }
    Process imports = new ProcessBuilder(
            home.python().toString(), "-I", "-c", "import torch, torchvision, openvino_telemetry")
        .inheritIO()
        .start();
    assertThat(imports.waitFor()).isZero();
    assertThat(Sandbox.files(marks)).containsExactlyInAnyOrderElementsOf(packages);
    for (String name : packages) {
      Files.delete(marks.resolve(name));
    }

    // when
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().python(home.python()).build())
        .build()) {
      for (String fixture :
          List.of("onnx-mlp/model.onnx", "saved-model-mlp/model", "tflite-mlp/model.tflite")) {
        converter.convert(sandbox.requestAnew(FixtureTrees.path(fixture)).build());
      }
      assertThat(converter.engineInfo().python()).isEqualTo(home.python());
    }

    // then
    assertThat(marks).isEmptyDirectory();
  }

  @Test
  void givenPackagesThatPrintWhenAModelIsConvertedThenTheAnswersAreNotDisturbed() {
    // given: what writes to the descriptor itself, past Python, and without an end of line
    PythonHome home = PythonHome.in(directory.resolve("python"))
        .file("noisy.pth", "import noisy\n")
        .file("noisy.py", """
            import ctypes, os, sys, threading

            def shout():
                libc = ctypes.CDLL(None)
                while True:
                    if "openvino" in sys.modules:
                        os.write(1, b'{"id": 1, "result": {}}\\n[ INFO ] loading')
                        libc.puts(b"native \\xff noise")
                        libc.fflush(None)
                        print("Python's own noise", flush=True)

            threading.Thread(target=shout, daemon=True).start()
            """);

    // when
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().python(home.python()).build())
        .build()) {
      converter.convert(sandbox.requestAnew(model).build());
      converter.convert(sandbox.requestAnew(model).build());
    }

    // then
    sandbox.assertOnlyVersions(1, 2);
  }

  @Test
  void givenSeveralConversionsThenOneProcessServesThem() {
    Set<Long> before =
        new HashSet<>(Processes.childrenOf(ProcessHandle.current().pid()));
    Set<Long> workers = new HashSet<>();
    ConversionListener listener = new ConversionListener() {
      @Override
      public void stageFinished(RunInfo run, Stage stage, long nanos) {
        if (stage == Stage.OPTIMIZE) {
          workers.addAll(Processes.childrenOf(ProcessHandle.current().pid()));
        }
      }
    };
    try (OvmsConverter converter = sandbox.converter().listener(listener).build()) {
      for (int i = 0; i < 5; i++) {
        converter.convert(sandbox.requestAnew(model).build());
      }
    }

    workers.removeAll(before);
    assertThat(workers).hasSize(1);
    sandbox.assertOnlyVersions(1, 2, 3, 4, 5);
    workers.forEach(Processes::awaitEnd);
  }

  @Test
  void givenARefusedModelThenTheSameProcessServesTheNextOne() {
    try (OvmsConverter converter = sandbox.converter().build()) {
      converter.engineInfo();
      List<Long> before = Processes.childrenOf(ProcessHandle.current().pid());
      var refused = sandbox
          .request(FixtureTrees.path("bad-onnx-unknown-operator/model.onnx"))
          .build();

      ConversionFailedException error =
          catchThrowableOfType(ConversionFailedException.class, () -> converter.convert(refused));
      ConversionResult next = converter.convert(sandbox.requestAnew(model).build());

      assertThat(error).hasMessageContaining("Frobnicate");
      assertThat(next.version()).isEqualTo(1);
      assertThat(Processes.childrenOf(ProcessHandle.current().pid()))
          .containsExactlyInAnyOrderElementsOf(before);
    }
  }

  @Test
  void givenAProcessThatWasKilledBetweenConversionsThenTheNextOneStartsAnother() {
    try (OvmsConverter converter = sandbox.converter().build()) {
      List<Long> before = Processes.childrenOf(ProcessHandle.current().pid());
      Set<Thread> watching = watchers();
      converter.convert(sandbox.requestAnew(model).build());
      List<Long> worker = Processes.childrenOf(ProcessHandle.current().pid()).stream()
          .filter(pid -> !before.contains(pid))
          .toList();
      assertThat(worker).hasSize(1);
      Processes.signal(worker.get(0), "KILL");
      // The thread that waits for a process ends when this JVM knows of its end.
      await().pollDelay(Duration.ZERO).until(() -> watching.containsAll(watchers()));

      converter.convert(sandbox.requestAnew(model).build());

      sandbox.assertOnlyVersions(1, 2);
    }
  }

  @Test
  void givenAProcessThatIsKilledWhileItConvertsThenTheErrorSaysSo() throws Exception {
    // given
    Path big = OnnxModels.withWeightsBeside(directory.resolve("big.onnx"), FLOATS);
    List<Long> before = Processes.childrenOf(ProcessHandle.current().pid());
    try (OvmsConverter converter = sandbox.converter().build()) {
      Thread killer = new Thread(() -> {
        awaitWriting();
        Processes.childrenOf(ProcessHandle.current().pid()).stream()
            .filter(pid -> !before.contains(pid))
            .forEach(pid -> Processes.signal(pid, "KILL"));
      });
      killer.start();

      // when
      ConversionFailedException error = catchThrowableOfType(
          ConversionFailedException.class,
          () -> converter.convert(sandbox.requestAnew(big).build()));
      killer.join();

      // then
      assertThat(error).hasMessageContainingAll("big.onnx", "signal 9", "out of memory");
      assertThat(error.isRetryable()).isTrue();
      sandbox.assertNothingLeft();
      converter.convert(sandbox.requestAnew(model).build());
      sandbox.assertOnlyVersions(1);
    }
  }

  @Test
  void givenAMemoryLimitWhenAModelNeedsMoreThenTheErrorSaysHowMuchItMayUse() {
    // given
    Path big = OnnxModels.withWeightsInside(directory.resolve("big.onnx"), 40_000_000);
    long limit = 160L << 20;
    try (OvmsConverter unlimited = sandbox.converter().build()) {
      unlimited.convert(sandbox.requestAnew(big).build());
    }
    try (OvmsConverter converter = sandbox
        .converter(EngineEnvironment.settings().memoryLimit(limit).build())
        .build()) {

      // when
      ConversionFailedException error = catchThrowableOfType(
          ConversionFailedException.class,
          () -> converter.convert(sandbox.requestAnew(big).build()));

      // then
      assertThat(error).hasMessageContainingAll("big.onnx", "memory", Long.toString(limit));
      sandbox.assertOnlyVersions(1);
      converter.convert(sandbox.requestAnew(model).build());
      sandbox.assertOnlyVersions(1, 2);
    }
  }

  @Test
  void givenCredentialsInTheEnvironmentThenTheEngineDoesNotHaveThem() throws Exception {
    // given
    Map<String, String> secrets = Map.of(
        "AWS_SECRET_ACCESS_KEY", "sesame-1",
        "AWS_SESSION_TOKEN", "sesame-2",
        "GOOGLE_APPLICATION_CREDENTIALS", "/sesame-3",
        "MLFLOW_TRACKING_PASSWORD", "sesame-4",
        "HTTPS_PROXY", "http://user:sesame-5@proxy",
        "PYTHONPATH", "/sesame-6");
    try (ChildJvm child = ChildJvm.converting(
        secrets, EngineEnvironment.python(), sandbox.work(), sandbox.output(), model)) {
      // when
      child.awaitLine("converted");

      // then
      assertThat(environment(child.pid())).contains("sesame-1");
      assertThat(environment(child.worker())).contains("PATH=").doesNotContain("sesame");
    }
  }

  @Test
  void givenAProgramThatIsKilledThenItsIdleEngineEnds() {
    try (ChildJvm child = ChildJvm.converting(
        Map.of(), EngineEnvironment.python(), sandbox.work(), sandbox.output(), model)) {
      child.awaitLine("converted");
      long worker = child.worker();

      Processes.signal(child.pid(), "KILL");

      Processes.awaitEnd(worker);
    }
  }

  @Test
  void givenAProgramThatIsKilledThenAnEngineThatCannotRunAnyOfItsCodeEnds() {
    try (ChildJvm child = ChildJvm.converting(
        Map.of(), EngineEnvironment.python(), sandbox.work(), sandbox.output(), model, model)) {
      child.awaitLine("converted");
      long worker = child.worker();
      Processes.signal(worker, "STOP");
      child.goOn();
      child.awaitLine("started optimize");

      Processes.signal(child.pid(), "KILL");

      Processes.awaitEnd(worker);
    }
  }

  @Test
  void givenAProgramThatIsKilledThenItsEngineEndsInTheMiddleOfANativeCall() throws Exception {
    // given
    Path big = OnnxModels.withWeightsBeside(directory.resolve("big.onnx"), FLOATS);
    try (ChildJvm child = ChildJvm.converting(
        Map.of(), EngineEnvironment.python(), sandbox.work(), sandbox.output(), big)) {
      child.awaitLine("started optimize");
      awaitWriting();
      long worker = child.worker();

      // when
      Processes.signal(child.pid(), "KILL");

      // then
      Processes.awaitEnd(worker);
      assertThat(Files.size(weights())).isLessThan(4 * FLOATS);
      assertThat(sandbox.output()).doesNotExist();
    }

    // and a killed program could not remove its files: the next run does
    try (OvmsConverter converter = sandbox.converter().build()) {
      converter.convert(sandbox.requestAnew(model).build());
    }
    sandbox.assertOnlyVersions(1);
  }

  @Test
  void givenAProgramThatIsToldToEndThenItsRunIsCancelledAndNothingIsLeft() throws Exception {
    // given
    Path big = OnnxModels.withWeightsBeside(directory.resolve("big.onnx"), FLOATS);
    try (ChildJvm child = ChildJvm.converting(
        Map.of(), EngineEnvironment.python(), sandbox.work(), sandbox.output(), big)) {
      child.awaitLine("started optimize");
      awaitWriting();
      long worker = child.worker();

      // when
      Processes.signal(child.pid(), "TERM");

      // then
      child.awaitLine("cancelled");
      assertThat(child.awaitExit()).isEqualTo(128 + 15);
      Processes.awaitEnd(worker);
      sandbox.assertNothingLeft();
    }
  }

  private static Set<Thread> watchers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("ovms-worker"))
        .collect(Collectors.toSet());
  }

  /** Waits until the engine has begun to write the weights: then it is in the middle of a call. */
  private void awaitWriting() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> weights() != null && Files.size(weights()) > 0);
  }

  private Path weights() throws IOException {
    try (Stream<Path> files = Files.walk(sandbox.work())) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".bin"))
          .findFirst()
          .orElse(null);
    } catch (java.io.UncheckedIOException e) {
      return null; // It changed meanwhile.
    }
  }

  private static String environment(long pid) throws IOException {
    return new String(
        Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8);
  }
}
