package io.github.fuseml.ovms.core.internal.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory that a container may have, from Linux's control groups (version 1 and 2), and the part of
 * it that is the engine's.
 *
 * <p>A process that wants more than its container has is killed, with everything beside it and without
 * a word. An engine with a limit of its own fails with an error that says what would do.
 */
final class ContainerMemory {
  /** No limit. */
  static final long UNLIMITED = 0;

  /** Version 1 tells "no limit" by the largest multiple of a page; no machine has as much. */
  private static final long IMPLAUSIBLE = 1L << 60;

  private static final long MIB = 1L << 20;

  /**
   * The Java process beside the engine: its heap, which is a quarter, and what is no heap. That is some
   * 96 MiB, and what files are read and written by: up to 64 threads with a slice of 256 KiB each.
   */
  private static final long BESIDE_THE_HEAP = (96 + 16) * MIB;

  /** An engine with less does not even start. */
  private static final long LEAST = 128 * MIB;

  /** What an engine takes before it has read a model. */
  private static final long IDLE_ENGINE = 160 * MIB;

  private static final long STEP = 256 * MIB;

  private ContainerMemory() {}

  /** The lowest limit that holds for this process; {@link #UNLIMITED} if there is none. */
  static long limit() {
    return limit(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
  }

  static long limit(Path membership, Path mount) {
    long lowest = IMPLAUSIBLE;
    for (String line : lines(membership)) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3
          && (parts[1].isEmpty() || List.of(parts[1].split(",")).contains("memory"))) {
        Path root = parts[1].isEmpty() ? mount : mount.resolve("memory");
        String file = parts[1].isEmpty() ? "memory.max" : "memory.limit_in_bytes";
        lowest =
            Math.min(lowest, lowest(root, root.resolve(parts[2].replaceFirst("^/+", "")), file));
      }
    }
    return lowest >= IMPLAUSIBLE ? UNLIMITED : lowest;
  }

  /** A group is bound by those above it too. In a container its path may be the host's, and not there. */
  private static long lowest(Path root, Path group, String file) {
    long lowest = IMPLAUSIBLE;
    for (Path each = group.normalize();
        each != null && each.startsWith(root);
        each = each.getParent()) {
      for (String line : lines(each.resolve(file))) {
        if (line.matches("\\d{1,18}")) {
          lowest = Math.min(lowest, Long.parseLong(line));
        }
      }
    }
    return lowest;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // Not Linux, or not this version's.
    }
  }

  /**
   * What an engine may use in such a container.
   *
   * @param limit the container's bytes, {@link #UNLIMITED} for no limit
   */
  static long shareOfEngine(long limit) {
    return limit == UNLIMITED ? UNLIMITED : Math.max(LEAST, limit - limit / 4 - BESIDE_THE_HEAP);
  }

  /**
   * A container in which an engine can convert a model that it cannot map from its file: it then holds
   * the weights as they are in the file, and once more as they are in the result.
   *
   * @param weights the bytes of the model
   * @param tooLittle a limit that was seen not to do
   * @return bytes, rounded up
   */
  static long enoughFor(long weights, long tooLittle) {
    long engine = IDLE_ENGINE + 2 * weights;
    long container = (engine + BESIDE_THE_HEAP) / 3 * 4;
    return (Math.max(container, tooLittle + 1) + STEP - 1) / STEP * STEP;
  }
}
