package io.github.fuseml.ovms.core.support;

import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Python environment that sees the packages of the real one, and more that a test puts into it. */
public final class PythonHome {
  private final Path directory;

  private PythonHome(Path directory) {
    this.directory = directory;
  }

  public static PythonHome in(Path directory) {
    PythonHome home = new PythonHome(directory);
    Path real = EngineEnvironment.python().getParent().getParent();
    try {
      Files.createDirectories(home.packages());
      Files.createDirectories(home.python().getParent());
      Files.createSymbolicLink(home.python(), EngineEnvironment.python().toRealPath());
      Files.copy(real.resolve("pyvenv.cfg"), directory.resolve("pyvenv.cfg"));
      home.file("engine.pth", home.packagesOf(real) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return home;
  }

  /** Adds a file to the environment's packages. */
  public PythonHome file(String path, String content) {
    try {
      Path file = packages().resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path python() {
    return directory.resolve("bin").resolve("python");
  }

  private Path packages() {
    return packagesOf(directory);
  }

  private Path packagesOf(Path home) {
    String[] version = EngineEnvironment.info().pythonVersion().split("\\.");
    return home.resolve("lib/python" + version[0] + "." + version[1] + "/site-packages");
  }
}
