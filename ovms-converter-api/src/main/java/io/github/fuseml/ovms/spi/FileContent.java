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
  private static final class Part extends RangeStream {
    /** A larger read would make the JVM keep a direct copy of that size for each thread. */
    private static final int SLICE = 256 * 1024;

    private final FileChannel channel;
    private long position;

    Part(FileChannel channel, long offset, long length) {
      super(length);
      this.channel = channel;
      this.position = offset;
    }

    @Override
    protected int receive(byte[] bytes, int offset, int wanted) throws IOException {
      int count = channel.read(ByteBuffer.wrap(bytes, offset, Math.min(wanted, SLICE)), position);
      position += Math.max(0, count);
      return count;
    }

    @Override
    protected IOException failed(Exception cause) {
      return new IOException("it became shorter while it was read", cause);
    }

    @Override
    public int available() {
      return (int) Math.min(left(), Integer.MAX_VALUE);
    }

    @Override
    protected void release() throws IOException {
      channel.close();
    }
  }
}
