package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * An artifact of one store as content for another: nothing of it is kept, each part is read where it
 * lies when it is sent. The checksums of the parts are put together afterwards. Thread-safe.
 */
final class ArtifactContent implements Content {
  private final ReadContext context;
  private final Artifact artifact;
  private final FileProgress progress;
  private final @Nullable CombinedCrc crc;
  private final Map<Long, Piece> pieces = new TreeMap<>();

  /** A part that was read to its end. */
  private record Piece(long length, long crc) {}

  /**
   * The content of an artifact.
   *
   * @param crc what to compute of it, null for nothing
   */
  ArtifactContent(
      ReadContext context, Artifact artifact, FileProgress progress, @Nullable CombinedCrc crc) {
    this.context = context;
    this.artifact = artifact;
    this.progress = progress;
    this.crc = crc;
  }

  @Override
  public long size() {
    return artifact.size();
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    ResumingStream part = new ResumingStream(context, artifact, offset, length);
    return crc == null ? part : new Summed(part, offset, length, crc.start());
  }

  @Override
  public Optional<Path> file() {
    return context.store().localPath(artifact);
  }

  @Override
  public void sent(long bytes) {
    progress.sent(bytes);
  }

  /** The checksum of all of it; empty if the parts that were read do not make up the whole. */
  Optional<String> checksum() {
    CombinedCrc kind = Objects.requireNonNull(crc);
    synchronized (pieces) {
      long position = 0;
      long value = 0;
      while (position < artifact.size()) {
        Piece piece = pieces.get(position);
        if (piece == null) {
          return Optional.empty();
        }
        value = position == 0 ? piece.crc() : kind.combine(value, piece.crc(), piece.length());
        position += piece.length();
      }
      return Optional.of(kind.hex(value));
    }
  }

  /** A part whose checksum is kept when it has been read. */
  private final class Summed extends InputStream {
    private final InputStream part;
    private final long offset;
    private final long length;
    private final Checksum sum;
    private long done;

    Summed(InputStream part, long offset, long length, Checksum sum) {
      this.part = part;
      this.offset = offset;
      this.length = length;
      this.sum = sum;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      int read = part.read(bytes, from, count);
      if (read > 0) {
        sum.update(bytes, from, read);
        done += read;
        if (done == length) {
          synchronized (pieces) {
            pieces.put(offset, new Piece(length, sum.getValue()));
          }
        }
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      part.close();
    }
  }
}
