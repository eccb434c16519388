package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One file that is put together from its parts. They are written at their places as they arrive, in
 * any order, and hashed in their own order: a part that came early stays in memory until its turn.
 * Thread-safe.
 */
final class FileAssembly {
  /** A larger write would make the JVM keep a copy of that size for each thread. */
  private static final int SLICE = 256 * 1024;

  private final Artifact artifact;
  private final PartPlan plan;
  private final Path target;
  private final boolean durable;
  private final BufferPool pool;
  private final Supplier<List<Checksum>> checksums;
  private final AtomicReferenceArray<@Nullable ArrivedPart> waiting;
  private final ReentrantLock hashing = new ReentrantLock();
  private @Nullable FileChannel channel;
  private @Nullable ContentDigest digest;
  private volatile int hashed;
  private volatile boolean secondTime;
  private volatile boolean finished;
  private volatile long startNanos = Long.MAX_VALUE;

  /** A part in memory, not hashed yet. */
  private static final class ArrivedPart {
    private final byte[] buffer;
    private final int size;

    ArrivedPart(byte[] buffer, int size) {
      this.buffer = buffer;
      this.size = size;
    }
  }

  FileAssembly(
      Artifact artifact,
      PartPlan plan,
      Path target,
      boolean durable,
      BufferPool pool,
      Supplier<List<Checksum>> checksums) {
    this.artifact = artifact;
    this.plan = plan;
    this.target = target;
    this.durable = durable;
    this.pool = pool;
    this.checksums = checksums;
    this.waiting = new AtomicReferenceArray<>(plan.partsOf(artifact));
  }

  Artifact artifact() {
    return artifact;
  }

  Path target() {
    return target;
  }

  /** Whether it is on its way for longer than that. */
  boolean isOlderThan(long nanos, long now) {
    return !finished && startNanos != Long.MAX_VALUE && now - startNanos > nanos;
  }

  /** Opens the file for its first part. One that lies there already is what an earlier run left. */
  synchronized FileChannel open(boolean mayExist) {
    if (channel == null) {
      startNanos = System.nanoTime();
      try {
        Files.createDirectories(target.getParent());
        channel = mayExist
            ? FileChannel.open(
                target,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE)
            : FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      } catch (IOException e) {
        throw IoErrors.translate(e, "write", target);
      }
    }
    return channel;
  }

  /** Writes a part at its place. */
  void write(FileChannel out, int part, byte[] buffer, int size) {
    long position = plan.offsetOf(part);
    try {
      for (int done = 0; done < size; ) {
        ByteBuffer slice = ByteBuffer.wrap(buffer, done, Math.min(SLICE, size - done));
        done += out.write(slice, position + done);
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", target);
    }
  }

  /** Reads a part that an earlier run wrote; false if it is not there as a whole. */
  boolean load(FileChannel in, int part, byte[] buffer, int size) {
    long position = plan.offsetOf(part);
    try {
      for (int done = 0; done < size; ) {
        ByteBuffer slice = ByteBuffer.wrap(buffer, done, Math.min(SLICE, size - done));
        int count = in.read(slice, position + done);
        if (count < 0) {
          return false;
        }
        done += count;
      }
      return true;
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", target);
    }
  }

  /**
   * Takes a part that is written, hashes what can be hashed now, and gives its memory back.
   *
   * @return true for the call that hashed the last part
   */
  boolean complete(int part, byte[] buffer, int size) {
    waiting.set(part, new ArrivedPart(buffer, size));
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
      ArrivedPart part = waiting.getAndSet(next, null);
      if (part == null) {
        break;
      }
      digest().update(part.buffer, 0, part.size);
      pool.release(part.buffer, part.size);
      hashed = ++next;
    }
    return next > first && next == waiting.length();
  }

  private ContentDigest digest() {
    if (digest == null) {
      digest = ContentDigest.comparingWith(checksums.get());
    }
    return digest;
  }

  /** Whether it has been damaged once, so that nothing of it can be trusted. */
  boolean isSecondTime() {
    return secondTime;
  }

  /**
   * Ends the file after its last part.
   *
   * @return the SHA-256 of its content; null if it is not what the store says it is, and is to be
   *     fetched once more
   * @throws TransferException if it was not for the second time
   */
  @Nullable
  String finish() {
    FileChannel out = Objects.requireNonNull(channel);
    ContentDigest computed = digest();
    String disagreement = computed.disagreement();
    if (disagreement != null && !secondTime) {
      secondTime = true;
      digest = null;
      hashed = 0;
      return null;
    }
    try (out) {
      if (disagreement != null) {
        throw damaged(artifact, disagreement);
      }
      if (out.size() > artifact.size()) {
        out.truncate(artifact.size());
      }
      if (durable) {
        out.force(true);
      }
      finished = true;
      return computed.sha256();
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", target);
    }
  }

  static TransferException damaged(Artifact artifact, String disagreement) {
    return new TransferException(Problem.of("read")
        .on(artifact.location())
        .found("what arrived is damaged, twice: " + disagreement)
        .remedy("try again; if it stays so, the object in the store is damaged")
        .mayHelpToRetry());
  }

  /** Lets go of a file that will not be finished, or is. */
  synchronized void closeQuietly() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // What is left is removed, or read again and checked.
      }
    }
  }
}
