package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Copies the files of a plan out of a store, and tells how far it is. */
final class ArtifactCopier {
  private static final int BUFFER = 256 * 1024;

  private final ArtifactStore store;
  private final RunContext context;
  private final long totalBytes;
  private final int totalFiles;
  private long doneBytes;
  private int doneFiles;

  ArtifactCopier(ArtifactStore store, ConversionPlan plan, RunContext context) {
    this.store = store;
    this.context = context;
    this.totalBytes = plan.bytesToFetch();
    this.totalFiles = plan.files().size();
  }

  /** Copies each file to its path below a directory. */
  void copyAll(List<Artifact> artifacts, Path directory) throws InterruptedException {
    for (Artifact artifact : artifacts) {
      long before = doneBytes;
      try {
        copy(artifact, directory.resolve(artifact.path()));
      } catch (IOException e) {
        throw IoErrors.translate(e, "fetch", artifact.location());
      }
      requireWhole(artifact, doneBytes - before);
      doneFiles++;
      tell(artifact);
    }
  }

  private void copy(Artifact artifact, Path target) throws IOException, InterruptedException {
    Files.createDirectories(target.getParent());
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = store.read(artifact, 0, -1);
        OutputStream out = Files.newOutputStream(
            target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("cancelled while fetching");
        }
        out.write(buffer, 0, count);
        doneBytes += count;
        tell(artifact);
      }
    }
  }

  private static void requireWhole(Artifact artifact, long arrived) {
    if (arrived != artifact.size()) {
      throw new TransferException(Problem.of("fetch")
          .on(artifact.location())
          .found("%d bytes arrived instead of %d".formatted(arrived, artifact.size()))
          .mayHelpToRetry());
    }
  }

  private void tell(Artifact artifact) {
    context.progress(new Progress(artifact.path(), doneBytes, totalBytes, doneFiles, totalFiles));
  }
}
