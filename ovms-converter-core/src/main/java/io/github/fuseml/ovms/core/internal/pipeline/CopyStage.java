package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.transfer.LocalPlacement;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Copies files from one store to another: by way of their parts, or straight to this machine's disk. */
final class CopyStage {
  private static final int SHOWN_CONFLICTS = 3;

  private final TransferEngine transfer;

  CopyStage(TransferEngine transfer) {
    this.transfer = transfer;
  }

  /**
   * What is to be copied.
   *
   * @param artifacts the files, by their paths below the source; one by its name
   * @param target the copy of the one file; the directory of the copies of several
   * @param single whether it is one file
   */
  record Listed(List<Artifact> artifacts, Location target, boolean single) {
    Location targetOf(Artifact artifact) {
      return single ? target : target.resolve(artifact.path());
    }

    long bytes() {
      return artifacts.stream().mapToLong(Artifact::size).sum();
    }
  }

  /** Finds out what there is to copy, and refuses what would be in its way. */
  Listed list(CopyRequest request, Stores stores) {
    Optional<Artifact> file = stores.input().find(request.source());
    Listed listed;
    if (file.isPresent()) {
      boolean into = request.target().value().endsWith("/")
          || (request.target().isLocal() && Files.isDirectory(request.target().toPath()));
      Location target = into ? request.target().resolve(request.source().name()) : request.target();
      listed = new Listed(List.of(file.get()), target, true);
    } else {
      requireOutside(request);
      List<Artifact> all = stores.input().list(request.source());
      if (all.isEmpty()) {
        throw ListStage.nothingThere(
            "copy", request.source(), stores.input().exists(request.source()));
      }
      listed = new Listed(all, request.target(), false);
    }
    if (!request.replace()) {
      requireNothingThere(listed, stores.output());
    }
    return listed;
  }

  /** A directory in itself would grow with every copy. */
  private static void requireOutside(CopyRequest request) {
    boolean samePlace = request.inputSettings().equals(request.outputSettings());
    if (samePlace && request.source().relativize(request.target()) != null) {
      throw new BadRequestException(Problem.of("copy")
          .on(request.source())
          .found("the target " + request.target() + " lies in it")
          .remedy("give a target beside it"));
    }
  }

  private static void requireNothingThere(Listed listed, ArtifactStore output) {
    List<String> conflicts = new ArrayList<>();
    if (listed.single()) {
      output.find(listed.target()).ifPresent(found -> conflicts.add(found.path()));
    } else {
      Set<String> wanted = new HashSet<>();
      listed.artifacts().forEach(artifact -> wanted.add(artifact.path()));
      output.list(listed.target()).stream()
          .map(Artifact::path)
          .filter(wanted::contains)
          .forEach(conflicts::add);
    }
    if (!conflicts.isEmpty()) {
      int shown = Math.min(SHOWN_CONFLICTS, conflicts.size());
      String more =
          conflicts.size() > shown ? " and %d more".formatted(conflicts.size() - shown) : "";
      throw new ConflictException(Problem.of("copy to")
          .on(listed.target())
          .found("there are %s%s already".formatted(conflicts.subList(0, shown), more))
          .remedy("choose another target, or have them replaced (--replace)"));
    }
  }

  CopyResult copy(CopyRequest request, Listed listed, Stores stores, RunContext context)
      throws InterruptedException {
    long start = System.nanoTime();
    TransferMeter meter =
        new TransferMeter(listed.bytes(), listed.artifacts().size(), context::progress);
    boolean toDisk = listed.target().isLocal() && !request.source().isLocal();
    List<StoredArtifact> copies = toDisk
        ? download(request, listed, stores, meter, context)
        : transfer.copy(
            stores.input(),
            stores.output(),
            listed.artifacts(),
            listed::targetOf,
            mode(request),
            meter,
            () -> context.workDirectory("copy"));
    return new CopyResult(copies, listed.bytes(), System.nanoTime() - start);
  }

  private static WriteMode mode(CopyRequest request) {
    return request.replace() ? WriteMode.REPLACE : WriteMode.CREATE_ONLY;
  }

  private List<StoredArtifact> download(
      CopyRequest request, Listed listed, Stores stores, TransferMeter meter, RunContext context)
      throws InterruptedException {
    Path directory = (listed.single() ? listed.target().parent() : listed.target()).toPath();
    Path arrived = directory.resolve(DurableFiles.temporaryName());
    Deque<Path> made = null;
    boolean complete = false;
    try {
      made = DurableFiles.createDirectories(directory);
      List<StoredArtifact> files = transfer.download(
          stores.input(),
          request.source(),
          listed.artifacts(),
          new TransferEngine.Target(directory, arrived, true, false),
          meter,
          context::info);
      List<StoredArtifact> placed = place(request, listed, arrived, files);
      complete = true;
      return placed;
    } catch (IOException e) {
      throw IoErrors.translate(e, "copy to", listed.target());
    } finally {
      cleanUp(arrived, complete || made == null ? List.of() : List.copyOf(made));
    }
  }

  private static List<StoredArtifact> place(
      CopyRequest request, Listed listed, Path arrived, List<StoredArtifact> files)
      throws IOException {
    LocalPlacement placement = new LocalPlacement(mode(request));
    List<StoredArtifact> copies = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Artifact artifact = listed.artifacts().get(i);
      Location target = listed.targetOf(artifact);
      placement.place(arrived.resolve(artifact.path()), target.toPath());
      copies.add(new StoredArtifact(
          target,
          artifact.path(),
          artifact.size(),
          artifact.revision(),
          files.get(i).sha256()));
    }
    placement.sync();
    return copies;
  }

  private static void cleanUp(Path arrived, List<Path> made) {
    boolean interrupted = Thread.interrupted();
    try {
      DurableFiles.deleteTree(arrived);
    } catch (IOException e) {
      // The error that is on its way says more than this one.
    }
    DurableFiles.removeEmpty(new ArrayDeque<>(made));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
