package io.github.fuseml.ovms.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** A file as content. */
final class FileContent implements Content {
  private final Path file;
  private final boolean disposable;

  FileContent(Path file, boolean disposable) {
    this.file = Objects.requireNonNull(file, "file");
    this.disposable = disposable;
  }

  @Override
  public long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    return new Part(FileChannel.open(file, StandardOpenOption.READ), offset, length);
  }

  @Override
  public Optional<Path> file() {
    return Optional.of(file);
  }

  @Override
  public boolean isDisposable() {
    return disposable;
  }

  @Override
  public String toString() {
    return file.toString();
  }

  /** A part of the file; one that ends too early is an error, for the size was promised. */
  private static final class Part extends InputStream {
    /** A larger read would make the JVM keep a direct copy of that size for each thread. */
    private static final int SLICE = 256 * 1024;

    private final FileChannel channel;
    private long position;
    private long left;

    Part(FileChannel channel, long offset, long length) {
      this.channel = channel;
      this.position = offset;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int wanted = (int) Math.min(Math.min(length, SLICE), left);
      int count = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
      if (count < 0) {
        throw new IOException("it became shorter while it was read");
      }
      position += count;
      left -= count;
      return count;
    }

    @Override
    public int available() {
      return (int) Math.min(left, Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
