package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Hashes parts in their order: one that comes early stays in memory until its turn. */
final class OrderedDigest implements PartDigest {
  private final BufferPool pool;
  private final ContentDigest digest;
  private final AtomicReferenceArray<@Nullable Arrived> waiting;
  private final ReentrantLock hashing = new ReentrantLock();
  private volatile int hashed;

  /** A part in memory, not hashed yet. */
  private static final class Arrived {
    private final byte[] buffer;
    private final int size;

    Arrived(byte[] buffer, int size) {
      this.buffer = buffer;
      this.size = size;
    }
  }

  OrderedDigest(int parts, @Nullable Checksum expected, BufferPool pool) {
    this.pool = pool;
    this.digest = ContentDigest.comparingWith(expected);
    this.waiting = new AtomicReferenceArray<>(parts);
  }

  @Override
  public boolean take(int part, byte[] buffer, int size) {
    waiting.set(part, new Arrived(buffer, size));
    boolean last = false;
    // Whoever holds the lock is looked after by the others: no part is left behind.
    while (!last && isNextThere() && hashing.tryLock()) {
      try {
        last = hashWhatIsThere();
      } finally {
        hashing.unlock();
      }
    }
    return last;
  }

  private boolean isNextThere() {
    int next = hashed;
    return next < waiting.length() && waiting.get(next) != null;
  }

  private boolean hashWhatIsThere() {
    int next = hashed;
    int first = next;
    while (next < waiting.length()) {
      Arrived part = waiting.getAndSet(next, null);
      if (part == null) {
        break;
      }
      digest.update(part.buffer, 0, part.size);
      pool.release(part.buffer, part.size);
      hashed = ++next;
    }
    return next > first && next == waiting.length();
  }

  @Override
  public @Nullable String disagreement() {
    return digest.disagreement();
  }

  @Override
  public String sha256() {
    return digest.sha256();
  }
}
