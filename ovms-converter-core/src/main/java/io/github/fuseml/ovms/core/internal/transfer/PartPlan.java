package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.List;

/**
 * How a set of files is moved: in parts of which size, how many at once, in how much memory.
 *
 * @param partSize the size of every part but a file's last one, in bytes
 * @param workers how many requests go on at the beginning
 * @param maxWorkers how many may go on when the answers are slow to begin
 * @param memory how many bytes may be in memory at once
 */
record PartPlan(int partSize, int workers, int maxWorkers, long memory) {
  static final long MEMORY = 48L << 20;
  private static final int PART = 4 << 20;
  private static final int MAX_WORKERS = 32;

  /**
   * What fits a set of files. Small parts keep many connections busy in little memory, and what must
   * be fetched again after a cut small; requests are answered in milliseconds, so that parts of some
   * MiB hardly feel them.
   */
  static PartPlan of(List<Artifact> files, TransferSettings settings) {
    long largest = files.stream().mapToLong(Artifact::size).max().orElse(0);
    int asked = (int) settings.partSize().orElse(PART);
    int partSize = (int) Math.max(1, Math.min(asked, largest));
    long parts = 0;
    long bytes = 0;
    for (Artifact file : files) {
      parts += Math.max(1, (file.size() + partSize - 1) / partSize);
      bytes += file.size();
    }
    // More workers than parts that fit into memory would only wait for each other.
    long fitting = MEMORY / Math.max(1, bytes / Math.max(1, parts));
    int limit = (int) Math.max(1, Math.min(Math.min(parts, fitting), MAX_WORKERS));
    if (settings.parallelism().isPresent()) {
      int fixed = (int) Math.min(settings.parallelism().getAsInt(), Math.max(1, parts));
      return new PartPlan(partSize, fixed, fixed, Math.max(MEMORY, (long) partSize * fixed));
    }
    return new PartPlan(partSize, Math.min(limit, 8), limit, MEMORY);
  }

  int partsOf(Artifact file) {
    return (int) Math.max(1, (file.size() + partSize - 1) / partSize);
  }

  long offsetOf(int part) {
    return (long) part * partSize;
  }

  int sizeOf(Artifact file, int part) {
    return (int) Math.min(partSize, file.size() - offsetOf(part));
  }
}
