package io.github.fuseml.ovms.testkit.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Apache's modules, wherever the distribution keeps them. */
final class ApacheModules {
  private static final List<String> DIRECTORIES =
      List.of("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2");

  private ApacheModules() {}

  /** The lines of a configuration that load some modules, by their names without {@code mod_}. */
  static String load(List<String> names) {
    String directory = DIRECTORIES.stream()
        .filter(each -> Files.isDirectory(Path.of(each)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "Apache's modules are not in " + DIRECTORIES + ": run bin/test"));
    return names.stream()
        .map(name -> "LoadModule " + name + "_module " + directory + "/mod_" + name + ".so\n")
        .collect(Collectors.joining());
  }
}
