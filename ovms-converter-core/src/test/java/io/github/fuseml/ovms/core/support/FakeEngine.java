package io.github.fuseml.ovms.core.support;

import static org.awaitility.Awaitility.await;

import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * An interpreter that is none: a script that is started as one, is sent the worker as one, and answers
 * as a test wants it to. While its fault is switched on it runs the test's own lines; without the fault
 * it converts every model to the same small IR.
 */
public final class FakeEngine {
  private static final String PREAMBLE = """
      #!%s -IS
      import json, os, shutil, signal, sys, time

      HERE = os.path.dirname(os.path.abspath(__file__))
      IR = %s
      SIGNATURE = {
          "inputs": [{"name": "features", "type": "f32", "shape": [[0, -1], [4, 4]]}],
          "outputs": [{"name": "probabilities", "type": "f32", "shape": [[0, -1], [3, 3]]}],
      }
      HELLO = {"hello": "ovms-worker", "protocol": 1, "openvino": "2026.4.1-fake", "python": "3.11.7"}
      with open(os.path.join(HERE, "pids"), "a") as file:
          file.write("%%d\\n" %% os.getpid())
      PARENT = os.getppid()
      FAULT = os.path.exists(os.path.join(HERE, "fault"))

      def say(message):
          data = message if isinstance(message, bytes) else (json.dumps(message) + "\\n").encode()
          sys.stdout.buffer.write(data)
          sys.stdout.buffer.flush()

      def err(data):
          sys.stderr.buffer.write(data)
          sys.stderr.buffer.flush()

      def start():
          sys.stdin.buffer.read(int(sys.argv[6]))
          return json.loads(sys.stdin.buffer.readline())

      def request():
          line = sys.stdin.buffer.readline()
          if not line:
              sys.exit(0)
          return json.loads(line)

      def mark(name):
          open(os.path.join(HERE, name), "w").close()

      def wait():
          # Does not notice that its input ends, but a failing test shall not leave it behind.
          while os.getppid() == PARENT:
              time.sleep(0.2)
          sys.exit(0)

      def convert(asked):
          shutil.copy(IR + ".bin", os.path.splitext(asked["xml"])[0] + ".bin")
          shutil.copy(IR + ".xml", asked["xml"])

      def result(asked):
          if asked["op"] == "convert":
              convert(asked)
          say({"id": asked["id"], "result": SIGNATURE})

      def serve():
          while True:
              result(request())

      """;

  private static final String WITHOUT_FAULT = """
      if not FAULT:
          start()
          say(HELLO)
          serve()
      """;

  private final Path directory;

  private FakeEngine(Path directory) {
    this.directory = directory;
  }

  /** A fake whose fault is switched on. */
  public static FakeEngine in(Path directory, String fault) {
    FakeEngine fake = new FakeEngine(directory);
    String ir = FixtureTrees.path("ir-mlp/model.xml").toString().replaceAll("\\.xml$", "");
    String script = PREAMBLE.formatted(EngineEnvironment.python(), '"' + ir + '"')
        + WITHOUT_FAULT
        + fault
        + "\n";
    try {
      Files.createDirectories(directory);
      Files.writeString(fake.python(), script);
      Files.setPosixFilePermissions(fake.python(), PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createFile(directory.resolve("fault"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fake;
  }

  /** A fake that converts. */
  public static FakeEngine in(Path directory) {
    FakeEngine fake = in(directory, "");
    fake.mend();
    return fake;
  }

  public Path python() {
    return directory.resolve("python");
  }

  public EngineSettings.Builder settings() {
    return EngineSettings.builder().python(python());
  }

  /** Processes that start from now on have no fault. */
  public void mend() {
    try {
      Files.deleteIfExists(directory.resolve("fault"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the script has come to its {@code mark(name)}. */
  public boolean hasMarked(String name) {
    return Files.exists(directory.resolve(name));
  }

  public void awaitMark(String name) {
    await().atMost(Duration.ofSeconds(30)).until(() -> hasMarked(name));
  }

  /** Every process that was started. */
  public List<Long> pids() {
    if (Files.notExists(directory.resolve("pids"))) {
      return List.of(); // None came so far as to tell its own.
    }
    try {
      return Files.readAllLines(directory.resolve("pids")).stream()
          .map(Long::valueOf)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void awaitNoProcess() {
    pids().forEach(Processes::awaitEnd);
  }
}
