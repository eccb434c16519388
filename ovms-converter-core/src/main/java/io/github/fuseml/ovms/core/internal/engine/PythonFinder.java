package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.Problem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where Python interpreters are that may have OpenVINO, in the order in which they are tried. */
final class PythonFinder {
  static final String VARIABLE = "OVMS_CONVERTER_PYTHON";
  static final String MANAGED = "managed";

  private PythonFinder() {}

  /**
   * An interpreter to try.
   *
   * @param python the interpreter
   * @param foundBy {@code setting}, the variable's name, {@code managed} or {@code PATH}
   */
  record Candidate(Path python, String foundBy) {}

  /** Whether somebody named an interpreter, and wants no other. */
  static boolean isChosen(EngineSettings settings) {
    String variable = System.getenv(VARIABLE);
    return settings.python().isPresent() || (variable != null && !variable.isEmpty());
  }

  /**
   * The interpreters to try. One that was named explicitly is the only one: whoever names it wants to
   * hear that it does not work.
   */
  static List<Candidate> candidates(EngineSettings settings, ManagedEnvironment managed) {
    if (settings.python().isPresent()) {
      return List.of(new Candidate(settings.python().get(), "setting"));
    }
    String variable = System.getenv(VARIABLE);
    if (variable != null && !variable.isEmpty()) {
      return List.of(new Candidate(Path.of(variable), VARIABLE));
    }
    List<Candidate> candidates = new ArrayList<>();
    if (managed.isComplete()) {
      candidates.add(new Candidate(managed.python(), MANAGED));
    }
    onPath("python3").ifPresent(python -> candidates.add(new Candidate(python, "PATH")));
    return candidates;
  }

  /**
   * The interpreter that makes a managed environment.
   *
   * @param names what it may be called, the best first
   *
   * @throws EngineMissingException if there is none
   */
  static Path installer(List<String> names) {
    return names.stream()
        .flatMap(name -> onPath(name).stream())
        .filter(PythonFinder::runs)
        .findFirst()
        .orElseThrow(() -> new EngineMissingException(Problem.of("install the engine")
            .found("none of " + String.join(", ", names) + " is on the PATH and works")
            .remedy("install Python (Debian: apt-get install python3 python3-venv)")));
  }

  /** Whether an interpreter starts; a version manager leaves stand-ins on the path that do not. */
  private static boolean runs(Path python) {
    try {
      Process process = new ProcessBuilder(python.toString(), "-c", "import venv")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      process.getOutputStream().close();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Path> onPath(String name) {
    String path = System.getenv("PATH");
    for (String directory : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      // An empty entry means the working directory, where nobody expects an interpreter of ours.
      if (!directory.isEmpty()) {
        Path file = Path.of(directory, name);
        if (Files.isExecutable(file) && !Files.isDirectory(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
