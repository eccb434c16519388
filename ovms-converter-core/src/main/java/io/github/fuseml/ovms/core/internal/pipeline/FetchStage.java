package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings the files that the conversion needs to this machine, and only these. Files that are here
 * already are used where they are.
 */
final class FetchStage {
  /**
   * A model on this machine's disk.
   *
   * @param root the directory that the model's paths are relative to
   * @param artifacts its files as they were listed
   * @param inPlace whether these are the user's own files, which are only read
   * @param stored the same for the caller, with their digests where they were fetched
   */
  record Fetched(
      Path root, List<Artifact> artifacts, boolean inPlace, List<StoredArtifact> stored) {
    /** Where each file is, by its path. */
    Map<String, Path> paths() {
      Map<String, Path> paths = new LinkedHashMap<>();
      artifacts.forEach(file -> paths.put(file.path(), root.resolve(file.path())));
      return paths;
    }
  }

  private final TransferEngine transfer;

  FetchStage(TransferEngine transfer) {
    this.transfer = transfer;
  }

  Fetched run(ConversionPlan plan, StoreModelTree tree, RunContext context)
      throws InterruptedException {
    ArtifactStore store = tree.store();
    List<Artifact> artifacts = new ArrayList<>();
    for (PlannedFile file : plan.files()) {
      artifacts.add(tree.find(file.path()).orElseThrow(() -> gone(file.path())));
    }
    Optional<Path> root = localRoot(tree, artifacts, store);
    if (root.isPresent()) {
      for (Artifact artifact : artifacts) {
        requireInside(root.get(), artifact, tree);
      }
      // What is only moved is moved from a copy: the user keeps his own.
      if (!plan.optimizer().equals(Optimizers.COPY)) {
        return new Fetched(root.get(), artifacts, true, stored(artifacts));
      }
    }
    Path directory = context.workDirectory("source");
    List<StoredArtifact> fetched = transfer.download(
        store,
        plan.request().source(),
        artifacts,
        new TransferEngine.Target(context.workParent(), directory, false, true),
        new TransferMeter(plan.bytesToFetch(), artifacts.size(), context::progress),
        context::info);
    return new Fetched(directory, artifacts, false, fetched);
  }

  private static List<StoredArtifact> stored(List<Artifact> artifacts) {
    return artifacts.stream().map(artifact -> artifact.stored(null)).toList();
  }

  private static Optional<Path> localRoot(
      StoreModelTree tree, List<Artifact> artifacts, ArtifactStore store) {
    if (!tree.directory().isLocal()) {
      return Optional.empty();
    }
    Path root = tree.directory().toPath();
    boolean here = artifacts.stream()
        .allMatch(artifact -> store
            .localPath(artifact)
            .filter(root.resolve(artifact.path())::equals)
            .isPresent());
    return here ? Optional.of(root) : Optional.empty();
  }

  /** The file that the user named may be a link; what belongs to it must not lead elsewhere. */
  private static void requireInside(Path root, Artifact artifact, StoreModelTree tree) {
    Path file = root.resolve(artifact.path());
    boolean named =
        tree.isSingleFile() && artifact.path().equals(tree.files().get(0).path());
    try {
      if (!Files.isReadable(file)) {
        throw new AccessDeniedException(Problem.of("read")
            .on(file)
            .found("permission denied")
            .remedy("run as a user with the rights, or change them"));
      }
      if (!named && !file.toRealPath().startsWith(root.toRealPath())) {
        throw new AccessDeniedException(Problem.of("read")
            .on(file)
            .found("it is a symbolic link that leads out of the model, to " + file.toRealPath())
            .remedy("put the file itself into the model's directory"));
      }
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", file);
    }
  }

  /** Files that were used in place may have been changed meanwhile: then the result is a mixture. */
  static void requireUnchanged(Fetched fetched, ArtifactStore store) {
    if (!fetched.inPlace()) {
      return;
    }
    for (Artifact artifact : fetched.artifacts()) {
      boolean same = store
          .find(artifact.location())
          .filter(now -> Objects.equals(now.revision(), artifact.revision()))
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
