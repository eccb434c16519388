package io.github.fuseml.ovms.core.internal.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps others from changing a file meanwhile: the threads of this process by a lock of Java's, other
 * processes by a lock on a file beside it, which goes away with its last owner.
 */
public final class NamedLock implements AutoCloseable {
  private static final int LARGEST = 1 << 16;

  private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

  private final ReentrantLock inProcess;
  private final Path path;
  private final FileChannel channel;

  private NamedLock(ReentrantLock inProcess, Path path, FileChannel channel) {
    this.inProcess = inProcess;
    this.path = path;
    this.channel = channel;
  }

  /**
   * Waits for the lock of a file.
   *
   * @param file the file, which need not exist
   * @return the lock, to be closed by the same thread
   * @throws IOException if the file that holds it cannot be made, or the thread is interrupted
   */
  public static NamedLock of(Path file) throws IOException {
    Path path = file.toAbsolutePath()
        .normalize()
        .resolveSibling(DurableFiles.TEMPORARY_PREFIX + file.getFileName() + ".guard");
    ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(path, key -> new ReentrantLock());
    inProcess.lock();
    boolean held = false;
    try {
      FileChannel channel = lock(path);
      held = true;
      return new NamedLock(inProcess, path, channel);
    } finally {
      if (!held) {
        inProcess.unlock();
      }
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    while (true) {
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean held = false;
      try {
        FileLock lock = channel.lock();
        held = lock.isValid() && isStillThere(path, channel);
      } finally {
        if (!held) {
          channel.close();
        }
      }
      if (held) {
        return channel;
      }
    }
  }

  /**
   * Its last owner may have removed the file while this thread waited: a size that nobody else gives it
   * tells. It must not be opened again for that, or the lock would be lost with its closing.
   */
  private static boolean isStillThere(Path path, FileChannel channel) throws IOException {
    int size = 1 + ThreadLocalRandom.current().nextInt(LARGEST);
    channel.truncate(0);
    channel.write(ByteBuffer.allocate(size), 0);
    try {
      return Files.size(path) == size;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(path);
      channel.close();
    } finally {
      inProcess.unlock();
    }
  }
}
