package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies single artifacts from one store to another without keeping them on this machine's disk: small
 * ones through memory, large ones part by part as the other store takes them. Thread-safe.
 */
final class Copier {
  /** Up to here a file is read and checked as a whole before a byte of it is written. */
  static final int SMALL = 4 << 20;

  /** How much of such files is in memory at most; in a small container less. */
  static final long MEMORY = Math.min(48L << 20, Runtime.getRuntime().maxMemory() / 4);

  private final ArtifactStore from;
  private final ArtifactStore to;
  private final ReadContext context;
  private final BufferPool pool;
  private final Staged staged;

  /** Copies an artifact by way of this machine's disk, where it cannot be checked otherwise. */
  @FunctionalInterface
  interface Staged {
    /** The artifact's content, checked, and its SHA-256. */
    StagedContent fetch(Artifact artifact) throws InterruptedException;
  }

  /** What was fetched; closing removes it. */
  interface StagedContent extends AutoCloseable {
    Content content(FileProgress progress);

    @Nullable
    String sha256();

    @Override
    void close();
  }

  Copier(
      ArtifactStore from, ArtifactStore to, ReadContext context, BufferPool pool, Staged staged) {
    this.from = from;
    this.to = to;
    this.context = context;
    this.pool = pool;
    this.staged = staged;
  }

  /** The copy of an artifact. */
  StoredArtifact copy(Artifact artifact, Location target, WriteMode mode, TransferMeter meter)
      throws InterruptedException {
    FileProgress progress = new FileProgress(meter, artifact.path(), artifact.size());
    StoredArtifact copy;
    if (from.localPath(artifact).isPresent()) {
      copy = copyLocal(artifact, target, mode, progress);
    } else if (artifact.size() <= SMALL) {
      copy = copySmall(artifact, target, mode, progress);
    } else {
      copy = copyLarge(artifact, target, mode, progress);
    }
    progress.done();
    return copy;
  }

  private StoredArtifact copyLocal(
      Artifact artifact, Location target, WriteMode mode, FileProgress progress) {
    Content content = new ArtifactContent(context, artifact, progress, null);
    Artifact written = to.write(target, content, mode);
    boolean same = from.find(artifact.location())
        .filter(now -> Objects.equals(now.revision(), artifact.revision()))
        .isPresent();
    if (!same) {
      throw withdraw(written, artifact, mode, "it was changed while it was being copied");
    }
    return written.withPath(artifact.path()).stored(null);
  }

  private StoredArtifact copySmall(
      Artifact artifact, Location target, WriteMode mode, FileProgress progress)
      throws InterruptedException {
    int size = (int) artifact.size();
    byte[] buffer = pool.acquire(size, context.state());
    try {
      String sha256 = readWhole(artifact, buffer, size);
      Artifact written = to.write(target, new BytesContent(buffer, size, progress), mode);
      return written.withPath(artifact.path()).stored(sha256);
    } finally {
      pool.release(buffer, size);
    }
  }

  private String readWhole(Artifact artifact, byte[] buffer, int size) {
    String disagreement = null;
    for (int time = 0; time < 2; time++) {
      ContentDigest digest = ContentDigest.comparingWith(from.checksums(artifact));
      try (ResumingStream in = new ResumingStream(context, artifact, 0, size)) {
        in.readNBytes(buffer, 0, size);
      } catch (IOException e) {
        throw IoErrors.translate(e, "read", artifact.location());
      }
      digest.update(buffer, 0, size);
      disagreement = digest.disagreement();
      if (disagreement == null) {
        return digest.sha256();
      }
    }
    throw FileAssembly.damaged(artifact, String.valueOf(disagreement));
  }

  private StoredArtifact copyLarge(
      Artifact artifact, Location target, WriteMode mode, FileProgress progress)
      throws InterruptedException {
    List<Checksum> known = from.checksums(artifact);
    CombinedCrc crc = combinable(known);
    // The target may ask for many parts at once, and again: each would begin at the first byte.
    if ((crc == null && !known.isEmpty()) || !from.readsParts(artifact)) {
      try (StagedContent content = staged.fetch(artifact)) {
        Artifact written = to.write(target, content.content(progress), mode);
        return written.withPath(artifact.path()).stored(content.sha256());
      }
    }
    ArtifactContent content = new ArtifactContent(context, artifact, progress, crc);
    Artifact written = to.write(target, content, mode);
    if (crc != null) {
      // A target that reads other pieces than those of one whole leaves nothing to compare.
      boolean disagrees = content
          .checksum()
          .filter(sum -> !known.contains(new Checksum(crc.algorithm(), sum)))
          .isPresent();
      if (disagrees) {
        throw withdraw(
            written,
            artifact,
            mode,
            "what arrived is damaged: it does not have the store's " + crc);
      }
    }
    return written.withPath(artifact.path()).stored(null);
  }

  private static @Nullable CombinedCrc combinable(List<Checksum> known) {
    return Arrays.stream(CombinedCrc.values())
        .filter(crc -> known.stream().anyMatch(sum -> sum.algorithm() == crc.algorithm()))
        .findFirst()
        .orElse(null);
  }

  /** Takes a copy back that must not be used; a store keeps nothing of what it has replaced. */
  private TransferException withdraw(
      Artifact written, Artifact source, WriteMode mode, String found) {
    String fate = mode == WriteMode.REPLACE && !written.location().isLocal()
        ? "was removed again; what it may have replaced is lost"
        : "was removed again";
    OvmsConverterException failure = null;
    try {
      to.delete(written.location());
    } catch (OvmsConverterException e) {
      fate = "could not be removed again: remove it";
      failure = e;
    }
    TransferException error = new TransferException(Problem.of("copy")
        .on(source.location())
        .found("%s; the copy %s %s".formatted(found, written.location(), fate))
        .remedy("try again")
        .mayHelpToRetry());
    if (failure != null) {
      error.addSuppressed(failure);
    }
    return error;
  }
}
