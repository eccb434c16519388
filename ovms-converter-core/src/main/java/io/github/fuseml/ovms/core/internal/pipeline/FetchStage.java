package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings the files that the conversion needs to this machine, and only these. Files that are here
 * already are used where they are.
 */
final class FetchStage {
  private static final int BUFFER = 256 * 1024;

  /**
   * A model on this machine's disk.
   *
   * @param root the directory that the model's paths are relative to
   * @param artifacts its files as they were listed
   * @param inPlace whether these are the user's own files, which are only read
   */
  record Fetched(Path root, List<Artifact> artifacts, boolean inPlace) {}

  Fetched run(ConversionPlan plan, StoreModelTree tree, ArtifactStore store, RunContext context)
      throws InterruptedException {
    List<Artifact> artifacts = new ArrayList<>();
    for (PlannedFile file : plan.files()) {
      artifacts.add(tree.find(file.path()).orElseThrow(() -> gone(file.path())));
    }
    // What is only moved is moved from a copy: the user keeps his own.
    if (!plan.optimizer().equals(Optimizers.COPY)) {
      Optional<Path> root = localRoot(tree, artifacts, store);
      if (root.isPresent()) {
        return new Fetched(root.get(), artifacts, true);
      }
    }
    return copy(plan, artifacts, store, context);
  }

  private static Optional<Path> localRoot(
      StoreModelTree tree, List<Artifact> artifacts, ArtifactStore store) {
    if (!tree.directory().isLocal()) {
      return Optional.empty();
    }
    Path root = tree.directory().toPath();
    for (Artifact artifact : artifacts) {
      Path expected = root.resolve(artifact.path());
      if (store.localPath(artifact).filter(expected::equals).isEmpty()) {
        return Optional.empty();
      }
      requireInside(root, artifact, expected, tree.isSingleFile());
    }
    return Optional.of(root);
  }

  /** The file that the user named may be a link; what belongs to it must not lead elsewhere. */
  private static void requireInside(Path root, Artifact artifact, Path file, boolean singleFile) {
    try {
      boolean named = singleFile && !artifact.path().contains("/");
      if (!Files.isReadable(file)) {
        throw new AccessDeniedException(Problem.of("read")
            .on(file)
            .found("permission denied")
            .remedy("run as a user with the rights, or change them"));
      }
      if (Files.isSymbolicLink(file) && named) {
        return;
      }
      if (!file.toRealPath().startsWith(root.toRealPath())) {
        throw new AccessDeniedException(Problem.of("read")
            .on(file)
            .found("it is a symbolic link that leads out of the model, to " + file.toRealPath())
            .remedy("put the file itself into the model's directory"));
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", file);
    }
  }

  private static Fetched copy(
      ConversionPlan plan, List<Artifact> artifacts, ArtifactStore store, RunContext context)
      throws InterruptedException {
    Path root = context.workDirectory("source");
    long total = plan.bytesToFetch();
    long done = 0;
    for (int i = 0; i < artifacts.size(); i++) {
      Artifact artifact = artifacts.get(i);
      done = copyFile(
          artifact,
          root.resolve(artifact.path()),
          store,
          context,
          i,
          artifacts.size(),
          done,
          total);
    }
    return new Fetched(root, artifacts, false);
  }

  private static long copyFile(
      Artifact artifact,
      Path target,
      ArtifactStore store,
      RunContext context,
      int index,
      int files,
      long before,
      long total)
      throws InterruptedException {
    long done = before;
    try {
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
          done += count;
          context.progress(new Progress(artifact.path(), done, total, index, files));
        }
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "fetch", artifact.location());
    }
    if (done - before != artifact.size()) {
      throw new TransferException(Problem.of("fetch")
          .on(artifact.location())
          .found("%d bytes arrived instead of %d".formatted(done - before, artifact.size()))
          .mayHelpToRetry());
    }
    context.progress(new Progress(artifact.path(), done, total, index + 1, files));
    return done;
  }

  /** Files that were used in place may have been changed meanwhile: then the result is a mixture. */
  static void requireUnchanged(Fetched fetched, ArtifactStore store) {
    if (!fetched.inPlace()) {
      return;
    }
    for (Artifact artifact : fetched.artifacts()) {
      boolean same = store
          .find(artifact.location())
          .filter(now -> java.util.Objects.equals(now.revision(), artifact.revision()))
          .isPresent();
      if (!same) {
        throw new TransferException(Problem.of("convert")
            .on(artifact.location())
            .found("it was changed while it was being converted")
            .remedy("try again when nobody writes to it")
            .mayHelpToRetry());
      }
    }
  }

  private static NotFoundException gone(String path) {
    return new NotFoundException(Problem.of("find").on("'" + path + "'").found("it is gone"));
  }
}
