package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Reads a range of a file and fails if the file is no longer the one that was listed. */
final class FileRangeStream extends InputStream {
  private final FileChannel channel;
  private final Path path;
  private final Artifact artifact;
  private long position;
  private long remaining;

  private FileRangeStream(
      FileChannel channel, Path path, Artifact artifact, long position, long remaining) {
    this.channel = channel;
    this.path = path;
    this.artifact = artifact;
    this.position = position;
    this.remaining = remaining;
  }

  static FileRangeStream open(Path path, Artifact artifact, long offset, long length)
      throws IOException {
    if (offset < 0 || offset > artifact.size()) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " of " + artifact.size() + " bytes: " + artifact.location());
    }
    long rest = artifact.size() - offset;
    requireUnchanged(path, artifact); // Before it is opened: a pipe in its place would block.
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    FileRangeStream stream = new FileRangeStream(
        channel, path, artifact, offset, length < 0 ? rest : Math.min(length, rest));
    try {
      requireUnchanged(path, artifact);
      return stream;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void requireUnchanged(Path path, Artifact artifact) throws IOException {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw IoErrors.translate(e, "read", artifact.location());
    }
    if (!Objects.equals(FileStore.revision(now), artifact.revision())) {
      throw changed(artifact);
    }
  }

  private static TransferException changed(Artifact artifact) {
    return new TransferException(Problem.of("read")
        .on(artifact.location())
        .found("it was changed while it was being read")
        .remedy("try again when nobody writes to it")
        .mayHelpToRetry());
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
    if (remaining == 0) {
      return -1;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, (int) Math.min(length, remaining));
    int count = channel.read(buffer, position);
    if (count < 0) {
      throw changed(artifact);
    }
    position += count;
    remaining -= count;
    if (remaining == 0) {
      requireUnchanged(path, artifact);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
