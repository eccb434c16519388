package io.github.fuseml.ovms.testkit.server;

import java.nio.file.Path;
import java.util.List;

/**
 * Python's {@code http.server}, by which people share a directory for a moment: HTTP/1.0, index pages,
 * neither ranges nor entity tags.
 */
public final class PythonHttpServer extends LocalServer {
  private final Path root = TemporaryFiles.writable(directory().resolve("root"));

  private PythonHttpServer() {
    super("python", null);
  }

  /**
   * Starts one over an empty directory.
   *
   * @return a server that answers
   */
  public static PythonHttpServer start() {
    PythonHttpServer server = new PythonHttpServer();
    server.launch();
    return server;
  }

  /**
   * The directory that it serves.
   *
   * @return an absolute path
   */
  public Path root() {
    return root;
  }

  @Override
  List<String> command() {
    return List.of(
        Installed.ofSystem("python3").toString(),
        "-u",
        "-m",
        "http.server",
        Integer.toString(port()),
        "--bind",
        "127.0.0.1",
        "--directory",
        root.toString());
  }

  @Override
  boolean answers() {
    return Answers.tcp(port());
  }
}
