package io.github.fuseml.ovms.testkit.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of a server, and what it says. */
final class ServerProcess {
  private static final int SHOWN_LINES = 25;
  private static final long GRACE_SECONDS = 5;

  /** Variables by which a user's own settings would reach a server or its client. */
  private static final List<String> FOREIGN = List.of(
      "MINIO_",
      "MC_",
      "AWS_",
      "VGW_",
      "ROOT_ACCESS",
      "ROOT_SECRET",
      "GOOGLE_",
      "MLFLOW_",
      "HTTP_PROXY");

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ServerProcess start(
      List<String> command, Map<String, String> environment, Path directory, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
    builder.environment().keySet().removeIf(ServerProcess::isForeign);
    builder.environment().putAll(environment);
    try {
      return new ServerProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.get(0), e);
    }
  }

  private static boolean isForeign(String variable) {
    String name = variable.toUpperCase(Locale.ROOT);
    return FOREIGN.stream().anyMatch(name::startsWith);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end, and ends it forcibly if it does not. */
  void end() {
    process.destroy();
    if (!awaitEnd()) {
      kill();
    }
  }

  /** Ends it as a crash would. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Whether another process has the port that it was told to take. */
  boolean lostItsPort() {
    return text().toLowerCase(Locale.ROOT).contains("address already in use");
  }

  /** The last lines that it wrote. */
  String lastWords() {
    List<String> lines = text().lines().toList();
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  private String text() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "its log cannot be read: " + e;
    }
  }
}
