package io.github.fuseml.ovms.cli.fuseml;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/**
 * The file from which Kubernetes takes the last words of a container that failed: {@code
 * /dev/termination-log}, see {@code terminationMessagePath} of a container.
 */
public final class TerminationLog {
  /** The variable that replaces Kubernetes' usual file. */
  public static final String VARIABLE = "OVMS_CONVERTER_TERMINATION_LOG";

  private static final String USUAL = "/dev/termination-log";

  /** What Kubernetes keeps of it. */
  private static final int LIMIT = 4096;

  private TerminationLog() {}

  /**
   * Writes into the file, if it is there: Kubernetes makes it. Nobody can be told when that fails, and
   * the log holds the same words.
   *
   * @param environment the environment variables
   * @param paragraph what is to be told, without a secret
   */
  public static void write(Map<String, String> environment, String paragraph) {
    String told = environment.getOrDefault(VARIABLE, "");
    try {
      Path file = Path.of(told.isEmpty() ? USUAL : told);
      if (Files.isRegularFile(file)) {
        Files.write(
            file,
            shortened(paragraph),
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
      }
    } catch (IOException | InvalidPathException e) {
      // Not under Kubernetes, or not to be written by this user.
    }
  }

  /** At most as long as is kept, and no part of a character at the end. */
  private static byte[] shortened(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = Math.min(bytes.length, LIMIT);
    while (end < bytes.length && end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }
}
