package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of a part in their order, with one request; with another one behind a block that is
 * not read, since the disk has it already. For one thread.
 */
final class PartReader implements AutoCloseable {
  private static final int CHUNK = 256 * 1024;

  /** More connections pay while the wait for an answer's first byte is a good part of its time. */
  private static final double SLOW_ANSWER = 0.25;

  private final ReadContext context;
  private final Artifact artifact;
  private final PartPlan plan;
  private final long end;
  private final TransferMeter meter;
  private @Nullable ResumingStream stream;
  private int next;
  private long opened;
  private long waited;

  /** A reader up to a block, which it does not read; nothing is asked for before the first one. */
  PartReader(
      ReadContext context, Artifact artifact, PartPlan plan, int endBlock, TransferMeter meter) {
    this.context = context;
    this.artifact = artifact;
    this.plan = plan;
    this.end = Math.min(plan.offsetOf(endBlock), artifact.size());
    this.meter = meter;
  }

  /**
   * Fills a block's memory.
   *
   * @return true for the last block of a request if the wait for its first byte was a good part of its
   *     time
   */
  boolean read(int block, byte[] buffer, int size) {
    try {
      ResumingStream in = at(block);
      int done = 0;
      while (done < size) {
        int count = in.read(buffer, done, Math.min(CHUNK, size - done));
        if (waited < 0) {
          waited = System.nanoTime() - opened;
        }
        done += count;
        meter.bytes(artifact.path(), count);
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", artifact.location());
    }
    next = block + 1;
    return plan.offsetOf(block) + size == end
        && waited > SLOW_ANSWER * (System.nanoTime() - opened);
  }

  /** Whether a request is under way. */
  boolean hasBegun() {
    return stream != null;
  }

  private ResumingStream at(int block) {
    ResumingStream open = stream;
    if (open == null || block != next) {
      close();
      long offset = plan.offsetOf(block);
      open = new ResumingStream(context, artifact, offset, end - offset);
      stream = open;
      opened = System.nanoTime();
      waited = -1;
    }
    return open;
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
