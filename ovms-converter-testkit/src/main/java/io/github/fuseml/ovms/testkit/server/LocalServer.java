package io.github.fuseml.ovms.testkit.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server in a process of its own, on a free port of 127.0.0.1. It ends when it is closed, at the
 * latest with the JVM. The methods that start and end it are not thread-safe; the others are.
 */
public abstract class LocalServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORTS_TO_TRY = 5;

  private final String name;
  private final Path directory;
  private final @Nullable ServerCertificate certificate;
  private volatile int port;
  private volatile @Nullable ServerProcess process;

  LocalServer(String name, @Nullable ServerCertificate certificate) {
    this.name = name;
    this.certificate = certificate;
    this.directory = TemporaryFiles.directory(name);
  }

  /** Called before each start, when the port is known. */
  abstract List<String> command();

  /** Variables for the process. */
  Map<String, String> environment() {
    return Map.of();
  }

  /** Whether it does its work yet. */
  abstract boolean answers();

  /** Where the server keeps what belongs to this start of it. */
  final Path directory() {
    return directory;
  }

  final @Nullable ServerCertificate certificate() {
    return certificate;
  }

  /** Starts it for the first time. */
  final void launch() {
    OpenServers.add(this);
    try {
      for (int attempt = 1; ; attempt++) {
        port = FreePort.next();
        ServerProcess started = startProcess();
        if (awaitAnswer(started)) {
          return;
        }
        if (attempt == PORTS_TO_TRY || !started.lostItsPort()) {
          throw failure("has ended", started);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private ServerProcess startProcess() {
    ServerProcess started =
        ServerProcess.start(command(), environment(), directory, directory.resolve("server.log"));
    process = started;
    return started;
  }

  /** Waits until it answers; false if its process has ended. */
  private boolean awaitAnswer(ServerProcess started) {
    long start = System.nanoTime();
    while (started.isAlive()) {
      if (answers()) {
        return true;
      }
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw failure("does not answer after " + PATIENCE.toSeconds() + " s", started);
      }
      pause();
    }
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server started", e);
    }
  }

  private IllegalStateException failure(String what, ServerProcess started) {
    return new IllegalStateException(name + " on port " + port + " " + what + "; its last lines:"
        + System.lineSeparator() + started.lastWords());
  }

  /**
   * Its port.
   *
   * @return the port on 127.0.0.1
   */
  public final int port() {
    return port;
  }

  /**
   * Its address.
   *
   * @return such as {@code http://127.0.0.1:20001}, without a path
   */
  public final URI url() {
    return URI.create((certificate == null ? "http" : "https") + "://127.0.0.1:" + port);
  }

  /**
   * An address on it.
   *
   * @param path the path and query, with the leading slash, escaped as a URL has to be
   * @return the address
   */
  public final URI url(String path) {
    return URI.create(url() + path);
  }

  /**
   * Its process.
   *
   * @return the id of the process that runs or ran last
   */
  public final long pid() {
    ServerProcess current = process;
    if (current == null) {
      throw new IllegalStateException(name + " has not been started");
    }
    return current.pid();
  }

  /**
   * Whether its process runs.
   *
   * @return false after {@link #kill()} and {@link #close()}
   */
  public final boolean isRunning() {
    ServerProcess current = process;
    return current != null && current.isAlive();
  }

  /** Ends its process as a crash would, and keeps its data for {@link #restart()}. */
  public final void kill() {
    ServerProcess current = process;
    if (current != null) {
      current.kill();
    }
  }

  /** Starts it again on the same port and data, after having ended it if it runs. */
  public final void restart() {
    ServerProcess current = process;
    if (current != null) {
      current.end();
    }
    ServerProcess started = startProcess();
    if (!awaitAnswer(started)) {
      throw failure("has ended", started);
    }
  }

  /** Ends the process and removes its data. */
  @Override
  public final void close() {
    ServerProcess current = process;
    if (current != null) {
      current.end();
    }
    TemporaryFiles.delete(directory);
    OpenServers.remove(this);
  }

  /** Closes it without waiting for a good end: the JVM goes down. */
  final void abandon() {
    kill();
    TemporaryFiles.delete(directory);
  }

  /**
   * The server for people.
   *
   * @return its name and address
   */
  @Override
  public final String toString() {
    return name + " at " + url();
  }
}
