package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of one file come from: each from a request of its own, or all that follow the first
 * from the same one, where a store cannot begin in the middle. Used by one thread.
 */
final class PartSource implements AutoCloseable {
  private static final int CHUNK = 256 * 1024;

  /** More connections pay while the wait for an answer's first byte is a good part of its time. */
  private static final double SLOW_ANSWER = 0.25;

  private final ReadContext context;
  private final Artifact artifact;
  private final PartPlan plan;
  private final boolean inOrder;
  private final TransferMeter meter;
  private @Nullable ResumingStream open;

  PartSource(
      ReadContext context, Artifact artifact, PartPlan plan, boolean inOrder, TransferMeter meter) {
    this.context = context;
    this.artifact = artifact;
    this.plan = plan;
    this.inOrder = inOrder;
    this.meter = meter;
  }

  /** Whether the next part comes from a request that has begun already. */
  boolean isOpen() {
    return open != null;
  }

  /** Fills the part's memory; true if the wait for the first byte was a good part of the time. */
  boolean read(PartQueue.Part part) {
    long start = System.nanoTime();
    long first = 0;
    ResumingStream in = stream(part);
    try {
      int done = 0;
      while (done < part.size()) {
        int count = in.read(part.buffer(), done, Math.min(CHUNK, part.size() - done));
        first = done == 0 ? System.nanoTime() : first;
        done += count;
        meter.bytes(artifact.path(), count);
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", artifact.location());
    } finally {
      if (!inOrder) {
        close();
      }
    }
    return first - start > SLOW_ANSWER * (System.nanoTime() - start);
  }

  private ResumingStream stream(PartQueue.Part part) {
    ResumingStream current = open;
    if (current == null) {
      long offset = plan.offsetOf(part.number());
      long length = inOrder ? artifact.size() - offset : part.size();
      current = new ResumingStream(context, artifact, offset, length);
      open = current;
    }
    return current;
  }

  @Override
  public void close() {
    ResumingStream current = open;
    open = null;
    if (current != null) {
      current.close();
    }
  }
}
