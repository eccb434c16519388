package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Reads a range of a file and fails if the file is no longer the one that was listed. */
final class FileRangeStream extends FilterInputStream {
  private final Path path;
  private final Artifact artifact;
  private long remaining;

  private FileRangeStream(InputStream in, Path path, Artifact artifact, long remaining) {
    super(in);
    this.path = path;
    this.artifact = artifact;
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
    long count = length < 0 ? rest : Math.min(length, rest);
    FileRangeStream stream =
        new FileRangeStream(Content.of(path).open(offset, count), path, artifact, count);
    try {
      requireUnchanged(path, artifact);
      return stream;
    } catch (IOException | RuntimeException e) {
      stream.close();
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
    int count = readUnchanged(bytes, offset, length);
    if (count > 0) {
      remaining -= count;
      if (remaining == 0) {
        requireUnchanged(path, artifact);
      }
    }
    return count;
  }

  private int readUnchanged(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      requireUnchanged(path, artifact); // One that became shorter ends too early.
      throw e;
    }
  }

  /** Passes over nothing: what is skipped would not be checked. */
  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[(int) Math.min(8192, Math.max(0, count))];
    return Math.max(0, read(skipped, 0, skipped.length));
  }
}
