package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * A Python environment of our own with pinned packages. Its directory is named by a checksum of the
 * requirements, so another release of this software has another one, and is complete when it holds a
 * marker, which is written last.
 */
final class ManagedEnvironment {
  /** File locks are held by the whole process: its threads need a lock of their own. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private static final String MARKER = ".complete";

  /** Where environments are that were installed for everybody, as in a container image. */
  private static final String HOME = "OVMS_CONVERTER_ENGINE_HOME";

  private final Path directory;
  private final String requirements;
  private final List<String> interpreters;

  /** The environment of the OpenVINO engine. */
  ManagedEnvironment(Path home) {
    this(home, "openvino", "requirements.txt", List.of("python3", "python"));
  }

  /** The environment of the legacy Model Optimizer, whose packages know Python up to 3.12. */
  static ManagedEnvironment modelOptimizer(Path home) {
    return new ManagedEnvironment(
        home,
        "model-optimizer",
        "requirements-model-optimizer.txt",
        List.of("python3.11", "python3.12", "python3.10", "python3.9"));
  }

  /** The environment of an optional part of the OpenVINO engine. */
  static ManagedEnvironment of(Path home, EngineExtra extra) {
    return new ManagedEnvironment(home, extra.id(), extra.requirements(), extra.interpreters());
  }

  private ManagedEnvironment(
      Path home, String name, String requirements, List<String> interpreters) {
    this.requirements = requirements;
    this.interpreters = interpreters;
    // A checksum tells releases apart as well as a digest, whose providers take the JVM a while to
    // load: this is on the way to every start of the engine.
    CRC32 checksum = new CRC32();
    checksum.update(Resources.read(requirements));
    this.directory = home.resolve(name + "-" + Long.toHexString(checksum.getValue()));
  }

  /**
   * {@code $OVMS_CONVERTER_ENGINE_HOME}, else {@code $XDG_CACHE_HOME/ovms-converter/engine}, by default
   * below {@code ~/.cache}.
   */
  static Path defaultHome() {
    String home = System.getenv(HOME);
    if (home != null && !home.isEmpty()) {
      return Path.of(home);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base = cache == null || cache.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache")
        : Path.of(cache);
    return base.resolve("ovms-converter").resolve("engine");
  }

  Path directory() {
    return directory;
  }

  Path python() {
    return directory.resolve("bin").resolve("python");
  }

  boolean isComplete() {
    // The interpreter is a link to one that a system upgrade may have removed.
    return Files.exists(directory.resolve(MARKER)) && Files.isExecutable(python());
  }

  /**
   * Makes the environment; does nothing if it is complete. Two processes that call this at once make
   * it once.
   *
   * @throws EngineMissingException if it cannot be made; what was begun is removed
   */
  void install(Consumer<String> progress) throws InterruptedException {
    if (isComplete()) {
      return;
    }
    IN_PROCESS.lockInterruptibly();
    try {
      Files.createDirectories(directory.getParent());
      Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        if (lock.isValid() && !isComplete()) {
          make(progress);
        }
      }
    } catch (java.nio.channels.FileLockInterruptionException
        | java.nio.channels.ClosedByInterruptException e) {
      throw new InterruptedException("interrupted while the engine was installed");
    } catch (IOException e) {
      throw new EngineMissingException(
          Problem.of("install the engine in")
              .on(directory)
              .found(IoErrors.translate(e, "write", directory).problem().found())
              .remedy("set XDG_CACHE_HOME or --engine-home to a directory that is writable"),
          e);
    } finally {
      IN_PROCESS.unlock();
    }
  }

  private void make(Consumer<String> progress) throws IOException, InterruptedException {
    Path base = PythonFinder.installer(interpreters);
    boolean complete = false;
    try {
      DurableFiles.deleteTree(directory);
      progress.accept("making a Python environment in " + directory);
      run(
          "make a Python environment with " + base,
          List.of(base.toString(), "-m", "venv", directory.toString()));
      Path file = directory.resolve(requirements);
      Files.write(file, Resources.read(requirements));
      progress.accept("installing " + pinnedVersion() + " with pip, hashes checked");
      run("install the engine into " + directory, pip(file));
      Files.createFile(directory.resolve(MARKER));
      complete = true;
      progress.accept("the engine is ready");
    } finally {
      if (!complete) {
        DurableFiles.deleteTree(directory);
      }
    }
  }

  private List<String> pip(Path file) {
    return List.of(
        python().toString(),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "-r",
        file.toString());
  }

  /** The first requirement, which is the engine itself. */
  private String pinnedVersion() {
    String text = new String(Resources.read(requirements), java.nio.charset.StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.contains("=="))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElseThrow();
  }

  private static void run(String what, List<String> command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> output = new ArrayList<>();
    try {
      process.getOutputStream().close();
      Thread reader = new Thread(() -> readLines(process, output), "ovms-engine-install");
      reader.setDaemon(true);
      reader.start();
      int exit = process.waitFor();
      reader.join(5_000);
      if (exit != 0) {
        throw failed(what, exit, output);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static void readLines(Process process, List<String> output) {
    try (var lines = new java.io.BufferedReader(new java.io.InputStreamReader(
        process.getInputStream(), java.nio.charset.StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.add(line);
        }
      }
    } catch (IOException e) {
      // The process was ended; what it said so far is enough.
    }
  }

  private static EngineMissingException failed(String what, int exit, List<String> output) {
    List<String> last;
    synchronized (output) {
      last = output.subList(Math.max(0, output.size() - 4), output.size());
      last = List.copyOf(last);
    }
    String text = String.join(" ", last).strip();
    String remedy = text.contains("ensurepip") || text.contains("python3-venv")
        ? "install Python's venv module (Debian: apt-get install python3-venv), or set"
            + " OVMS_CONVERTER_PYTHON to a Python that has openvino"
        : "check the network and the disk, or set OVMS_CONVERTER_PYTHON to a Python that has"
            + " openvino";
    return new EngineMissingException(
        Problem.of(what).found("exit code " + exit + ": " + text).remedy(remedy).mayHelpToRetry());
  }
}
