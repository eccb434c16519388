package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.List;

/**
 * How a set of files is moved. A part is what one request asks for. It arrives block by block: a block
 * is what is in memory, written, summed up and noted at once.
 *
 * @param blockSize the size of every block but a file's last one, in bytes
 * @param blocksPerPart how many blocks every part has but a file's last one
 * @param workers how many requests go on at the beginning
 * @param maxWorkers how many may go on when the answers are slow to begin; each has a block in memory
 */
record PartPlan(int blockSize, int blocksPerPart, int workers, int maxWorkers) {
  private static final int BLOCK = 1 << 20;
  private static final int WORKERS = 8;
  private static final int MAX_WORKERS = 32;
  private static final long SMALL_PART = 4L << 20;
  private static final long LARGE_PART = 32L << 20;

  /**
   * What fits a set of files: parts large enough that the requests cost nothing beside the bytes, and
   * small enough that every connection has some of them.
   */
  static PartPlan of(List<Artifact> files, TransferSettings settings) {
    long bytes = files.stream().mapToLong(Artifact::size).sum();
    long largest = files.stream().mapToLong(Artifact::size).max().orElse(0);
    int workers = settings.parallelism().orElse(WORKERS);
    long fair = Math.max(SMALL_PART, Math.min(bytes / (2L * workers), LARGE_PART));
    long partSize = Math.max(1, Math.min(settings.partSize().orElse(fair), largest));
    int blockSize = (int) Math.min(BLOCK, partSize);
    int blocksPerPart = (int) (partSize / blockSize);
    long parts = files.stream()
        .mapToLong(file -> ceil(Math.max(1, file.size()), (long) blockSize * blocksPerPart))
        .sum();
    if (settings.parallelism().isPresent()) {
      int fixed = (int) Math.min(workers, Math.max(1, parts));
      return new PartPlan(blockSize, blocksPerPart, fixed, fixed);
    }
    int limit = (int) Math.max(1, Math.min(parts, MAX_WORKERS));
    return new PartPlan(blockSize, blocksPerPart, Math.min(limit, WORKERS), limit);
  }

  private static long ceil(long number, long divisor) {
    return (number + divisor - 1) / divisor;
  }

  int blocksOf(Artifact file) {
    return (int) Math.max(1, ceil(file.size(), blockSize));
  }

  long offsetOf(int block) {
    return (long) block * blockSize;
  }

  int sizeOf(Artifact file, int block) {
    return (int) Math.min(blockSize, file.size() - offsetOf(block));
  }
}
