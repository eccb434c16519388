package io.github.fuseml.ovms.testkit.server;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the programs that {@code bin/test} installs. */
final class Installed {
  /** The system property that names the directory of the servers. */
  static final String PROPERTY = "ovms.servers";

  /** Where daemons lie, which the PATH of an ordinary user leaves out. */
  private static final List<String> SYSTEM = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");

  private Installed() {}

  /** A program of a pinned version, below the directory of the servers. */
  static Path pinned(String name) {
    Path program = directory().resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      throw missing(name, "at " + program);
    }
    return program;
  }

  /** MLflow's environment, with a database {@code empty.db} that has its tables. */
  static Path mlflow() {
    Path home = directory().resolve("mlflow");
    if (!Files.isReadable(home.resolve("empty.db"))) {
      throw missing("MLflow", "in " + home);
    }
    return home;
  }

  /** A program of the operating system. */
  static Path ofSystem(String name) {
    List<String> directories =
        new ArrayList<>(List.of(variable("PATH", "").split(File.pathSeparator)));
    directories.addAll(SYSTEM);
    for (String directory : directories) {
      Path program = Path.of(directory, name);
      if (!directory.isEmpty() && Files.isExecutable(program)) {
        return program;
      }
    }
    throw missing(name, "on the PATH or in " + SYSTEM);
  }

  /** As {@code bin/lib/servers.sh} chooses it. */
  private static Path directory() {
    String property = System.getProperty(PROPERTY, "");
    if (!property.isEmpty()) {
      return Path.of(property);
    }
    String cache = variable("XDG_CACHE_HOME", "");
    Path caches = cache.isEmpty()
        ? Path.of(variable("HOME", System.getProperty("user.home")), ".cache")
        : Path.of(cache);
    return caches.resolve("ovms-converter").resolve("servers");
  }

  private static String variable(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null ? otherwise : value;
  }

  private static IllegalStateException missing(String name, String where) {
    return new IllegalStateException(
        name + " is not " + where + ": run bin/test, which installs it or says how to");
  }
}
