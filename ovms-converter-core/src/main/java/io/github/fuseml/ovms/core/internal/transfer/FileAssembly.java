package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One file that is put together from its blocks, which are written at their places as they arrive, in
 * any order. Thread-safe.
 */
final class FileAssembly {
  /** A larger write would make the JVM keep a copy of that size for each thread. */
  private static final int SLICE = 256 * 1024;

  private final Artifact artifact;
  private final PartPlan plan;
  private final Path target;
  private final boolean durable;
  private final Function<FileAssembly, BlockDigest> digests;
  private final ReentrantLock writing = new ReentrantLock();
  private @Nullable FileChannel channel;
  private @Nullable BlockDigest digest;
  private volatile boolean secondTime;
  private volatile boolean finished;
  private volatile long startNanos = Long.MAX_VALUE;

  /**
   * A file that has not begun.
   *
   * @param durable whether it is forced to the disk
   * @param digests what is computed of it; asked when it begins, and once more if it was damaged
   */
  FileAssembly(
      Artifact artifact,
      PartPlan plan,
      Path target,
      boolean durable,
      Function<FileAssembly, BlockDigest> digests) {
    this.artifact = artifact;
    this.plan = plan;
    this.target = target;
    this.durable = durable;
    this.digests = digests;
  }

  Artifact artifact() {
    return artifact;
  }

  /** Whether it is on its way for longer than that. */
  boolean isOlderThan(long nanos, long now) {
    return !finished && startNanos != Long.MAX_VALUE && now - startNanos > nanos;
  }

  /** Opens the file for its first block. One that lies there already is what an earlier run left. */
  synchronized FileChannel open(boolean mayExist) {
    if (channel == null) {
      startNanos = System.nanoTime();
      try {
        channel = openFile(mayExist);
      } catch (IOException e) {
        throw IoErrors.translate(e, "write", target);
      }
    }
    return channel;
  }

  private FileChannel openFile(boolean mayExist) throws IOException {
    StandardOpenOption creation =
        mayExist ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW;
    try {
      return FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE, creation);
    } catch (NoSuchFileException e) { // Only a directory's first file misses it.
      Files.createDirectories(target.getParent());
      return FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE, creation);
    }
  }

  /**
   * Writes a block at its place, one at a time: the kernel lets only one in anyway, and has the others
   * spin on their processors meanwhile.
   */
  void write(FileChannel out, int block, byte[] buffer, int size) {
    long position = plan.offsetOf(block);
    writing.lock();
    try {
      for (int done = 0; done < size; ) {
        ByteBuffer slice = ByteBuffer.wrap(buffer, done, Math.min(SLICE, size - done));
        done += out.write(slice, position + done);
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", target);
    } finally {
      writing.unlock();
    }
  }

  /** Reads a block that was written, perhaps by an earlier run; false if it is not there as a whole. */
  boolean load(FileChannel in, int block, byte[] buffer, int size) {
    long position = plan.offsetOf(block);
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

  /** Reads a block that this run has written, and tells its size. */
  int reload(int block, byte[] buffer) {
    int size = plan.sizeOf(artifact, block);
    if (!load(Objects.requireNonNull(channel), block, buffer, size)) {
      throw new TransferException(Problem.of("read")
          .on(target)
          .found("it is shorter than what was just written to it")
          .remedy("check that nobody else writes there, and try again")
          .mayHelpToRetry());
    }
    return size;
  }

  /**
   * Takes a block that is written.
   *
   * @return true for the one call after which the file can be finished
   */
  boolean complete(int block, byte[] buffer, int size) {
    return digest().take(block, buffer, size);
  }

  private synchronized BlockDigest digest() {
    if (digest == null) {
      digest = digests.apply(this);
    }
    return digest;
  }

  private synchronized void beginAgain() {
    secondTime = true;
    digest = null;
  }

  /** Whether it has been damaged once, so that nothing of it can be trusted. */
  boolean isSecondTime() {
    return secondTime;
  }

  /**
   * Ends the file after its last block.
   *
   * @return false if it is not what the store says it is, and is to be fetched once more
   * @throws TransferException if it was not for the second time
   */
  boolean finish() {
    FileChannel out = Objects.requireNonNull(channel);
    String disagreement = digest().disagreement();
    if (disagreement != null && !secondTime) {
      beginAgain();
      return false;
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
      return true;
    } catch (IOException e) {
      throw IoErrors.translate(e, "write", target);
    }
  }

  /** The SHA-256 of a finished file; null if it was not asked for. */
  @Nullable
  String sha256() {
    return digest().sha256();
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
