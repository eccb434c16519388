package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Checksum;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hashes blocks in their order. One that comes before its turn is read again when that has come, from
 * the file that it was just written to: the system still has it in memory, and nobody waits for it.
 */
final class OrderedDigest implements BlockDigest {
  private final int blockSize;
  private final ContentDigest digest;
  private final WrittenBlocks written;
  private final AtomicIntegerArray arrived;
  private final ReentrantLock hashing = new ReentrantLock();
  private volatile int hashed;

  OrderedDigest(int blocks, int blockSize, @Nullable Checksum expected, WrittenBlocks written) {
    this.blockSize = blockSize;
    this.digest = ContentDigest.comparingWith(expected);
    this.written = written;
    this.arrived = new AtomicIntegerArray(blocks);
  }

  @Override
  public boolean take(int block, byte[] buffer, int size) {
    boolean last = false;
    if (block == hashed && hashing.tryLock()) {
      try {
        if (block == hashed) {
          digest.update(buffer, 0, size);
          last = hashedOne();
        } else {
          arrived.set(block, 1);
        }
      } finally {
        hashing.unlock();
      }
    } else {
      arrived.set(block, 1);
    }
    // Whoever holds the lock is looked after by the others: no block is left behind.
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
    return next < arrived.length() && arrived.get(next) != 0;
  }

  private boolean hashWhatIsThere() {
    boolean last = false;
    byte[] buffer = null;
    while (isNextThere()) {
      buffer = buffer == null ? new byte[blockSize] : buffer;
      digest.update(buffer, 0, written.read(hashed, buffer));
      last = hashedOne();
    }
    return last;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
  private boolean hashedOne() {
    hashed++;
    return hashed == arrived.length();
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
