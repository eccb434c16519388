package io.github.fuseml.ovms.cli.terminal;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The two streams that the program writes: results to one, everything else to the other. Always
 * UTF-8, for what reads a pipe or a log expects it whatever the locale is. Thread-safe.
 */
public final class Streams {
  private final OutputStream out;
  private final OutputStream err;

  /**
   * Streams of one's own.
   *
   * @param out takes results
   * @param err takes everything else
   */
  public Streams(OutputStream out, OutputStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * The streams of this process, unbuffered: what is written is written.
   *
   * @return standard output and standard error
   */
  public static Streams system() {
    return new Streams(
        new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
  }

  /**
   * Writes a result. A reader that has gone away (as {@code head} does) wanted no more: that is no
   * error.
   *
   * @param text the whole result, with its last line break
   * @throws TransferException if it cannot be written
   */
  public void result(String text) {
    try {
      synchronized (out) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.contains("Broken pipe")) {
        throw new TransferException(
            Problem.of("write the result to the standard output")
                .found(reason)
                .remedy("check where the output is redirected to; the work itself is done"),
            e);
      }
    }
  }

  /**
   * Writes to the standard error; nobody can be told when that fails.
   *
   * @param text what to write, line breaks included
   */
  public void message(String text) {
    try {
      synchronized (err) {
        err.write(text.getBytes(StandardCharsets.UTF_8));
        err.flush();
      }
    } catch (IOException e) {
      // The reader is gone. The result still matters.
    }
  }
}
