package io.github.fuseml.ovms.core.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker prints on its standard error: passed on line by line, the last lines kept. Native
 * libraries may print any bytes; what is no UTF-8 is replaced, and control characters are dropped.
 */
final class ErrorOutput {
  private static final int KEPT_LINES = 10;
  private static final int MAX_LINE = 2_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private volatile @Nullable Consumer<String> listener;
  private volatile @Nullable Thread reader;

  void follow(InputStream stream) {
    Thread thread = new Thread(() -> read(stream), "ovms-worker-log");
    thread.setDaemon(true);
    reader = thread;
    thread.start();
  }

  /** Sets who hears the lines from now on. */
  void listener(@Nullable Consumer<String> next) {
    listener = next;
  }

  /** Waits for the last lines of a process that has ended; a process that it left behind is not. */
  void awaitEnd() {
    Thread thread = reader;
    if (thread != null) {
      try {
        thread.join(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void read(InputStream stream) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = stream) {
      byte[] buffer = new byte[8192];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == '\n') {
            flush(line);
          } else if (line.size() < MAX_LINE) {
            line.write(buffer[i]);
          }
        }
      }
    } catch (IOException e) {
      // The process was killed.
    }
    flush(line);
  }

  private void flush(ByteArrayOutputStream bytes) {
    if (bytes.size() == 0) {
      return;
    }
    String line = printable(bytes.toString(StandardCharsets.UTF_8)).strip();
    bytes.reset();
    if (line.isEmpty()) {
      return;
    }
    synchronized (lines) {
      lines.addLast(line);
      if (lines.size() > KEPT_LINES) {
        lines.removeFirst();
      }
    }
    Consumer<String> hears = listener;
    if (hears != null) {
      hears.accept(line);
    }
  }

  private static String printable(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c == '\t' || !Character.isISOControl(c))
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  /** The last lines, the newest last; empty when nothing was printed. */
  String tail() {
    synchronized (lines) {
      return String.join(" | ", lines);
    }
  }
}
