package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.cli.render.JsonReport;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions, told without loading picocli. As JSON: {@code version}, {@code java_version}, {@code
 * java_vendor}, {@code os}, {@code arch}.
 */
final class Versions {
  private Versions() {}

  /**
   * What these arguments ask for, if it is no more than the versions.
   *
   * @param arguments the raw command line
   * @return the text for the standard output; null if they ask for something else
   */
  static @Nullable String answer(String[] arguments) {
    if (arguments.length == 0 || arguments.length > 2) {
      return null;
    }
    String first = arguments[0];
    if (!first.equals(VersionCommand.NAME) && !first.equals("--version") && !first.equals("-V")) {
      return null;
    }
    if (arguments.length == 1) {
      return text(false);
    }
    return arguments[1].equals("--json") ? text(true) : null;
  }

  static String text(boolean json) {
    String version = program();
    String java = System.getProperty("java.version", "");
    String vendor = System.getProperty("java.vendor", "");
    if (!json) {
      return "ovms-converter " + version + " (Java " + java + ", " + vendor + ")\n";
    }
    Map<String, String> members = new LinkedHashMap<>();
    members.put("version", version);
    members.put("java_version", java);
    members.put("java_vendor", vendor);
    members.put("os", System.getProperty("os.name", ""));
    members.put("arch", System.getProperty("os.arch", ""));
    return JsonReport.of(members);
  }

  /** From the jar's manifest; there is none when the classes come from a directory. */
  private static String program() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
