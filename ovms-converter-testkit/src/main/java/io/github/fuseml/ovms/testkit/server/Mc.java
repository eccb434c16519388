package io.github.fuseml.ovms.testkit.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MinIO's client for S3, to which the server that it talks to is called {@code server}. */
final class Mc {
  private static final String SERVER = "server";

  private final Path settings;

  /** A client that keeps its settings in a directory of its own. */
  Mc(Path settings) {
    this.settings = settings;
  }

  /** A path on the server, such as {@code bucket/key}, as the client wants it. */
  static String on(String path) {
    return SERVER + "/" + path;
  }

  /** Runs it, and gives what it printed. */
  String run(URI at, String accessKey, String secretKey, String... arguments) {
    List<String> command = new ArrayList<>(List.of(
        Installed.pinned("mc").toString(),
        "--config-dir",
        settings.toString(),
        "--insecure",
        "--quiet"));
    command.addAll(List.of(arguments));
    String host = at.getScheme() + "://" + accessKey + ":" + secretKey + "@" + at.getAuthority();
    return Command.run(command, Map.of("MC_HOST_" + SERVER, host));
  }
}
