package io.github.fuseml.ovms.core.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Looks at processes and sends signals, by their ids only. */
public final class Processes {
  private Processes() {}

  /** Waits until a process is gone; one that nobody has waited for yet is as good as gone. */
  public static void awaitEnd(long pid) {
    await("the end of process " + pid)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(30))
        .until(() -> !isAlive(pid));
  }

  public static boolean isAlive(long pid) {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return status.charAt(status.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  /** The processes that this JVM has started and that still run. */
  public static List<Long> childrenOf(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(Processes::isAlive)
        .toList();
  }

  /** Sends a signal: {@code KILL}, {@code TERM}, {@code STOP}. */
  public static void signal(long pid, String signal) {
    try {
      int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
          .inheritIO()
          .start()
          .waitFor();
      if (exit != 0) {
        throw new AssertionError("cannot send " + signal + " to " + pid);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
