package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.transfer.KeptFiles;
import io.github.fuseml.ovms.core.internal.transfer.LocalPlacement;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Copies files from one store to another: by way of their parts, or straight to this machine's disk. */
final class CopyStage {
  private static final int SHOWN_CONFLICTS = 3;

  private final TransferEngine transfer;

  CopyStage(TransferEngine transfer) {
    this.transfer = transfer;
  }

  /**
   * What is to be copied, and what is in its place.
   *
   * @param selection what is to be copied
   * @param occupied what is where the copies go; null if that cannot be known
   */
  record Listed(CopySelection selection, @Nullable Occupied occupied) {
    /** Whether a copy can be taken back without harm to what was there before. */
    boolean isFresh(String path) {
      return occupied != null && !occupied.files().containsKey(path);
    }

    /** The files of this machine that will be replaced. */
    List<Path> replaced() {
      return occupied == null || !selection.target().isLocal()
          ? List.of()
          : occupied.paths().stream()
              .map(path -> selection.targetOf(path).toPath())
              .toList();
    }
  }

  /** Finds out what there is to copy, and refuses what would be in its way. */
  Listed list(CopyRequest request, Stores stores) {
    CopySelection selection = CopySelection.of(request, stores);
    requireNoCollision(selection);
    Occupied occupied = occupied(request, selection, stores.output());
    if (!request.replace() && occupied != null && !occupied.files().isEmpty()) {
      throw conflict(occupied);
    }
    return new Listed(selection, occupied);
  }

  /** Who replaces everything needs no right to look. */
  private static @Nullable Occupied occupied(
      CopyRequest request, CopySelection selection, ArtifactStore output) {
    try {
      return Occupied.at(selection, output);
    } catch (AccessDeniedException e) {
      if (request.replace()) {
        return null;
      }
      throw e;
    }
  }

  private static ConflictException conflict(Occupied occupied) {
    List<String> conflicts = occupied.paths();
    int shown = Math.min(SHOWN_CONFLICTS, conflicts.size());
    String more =
        conflicts.size() > shown ? " and %d more".formatted(conflicts.size() - shown) : "";
    return new ConflictException(Problem.of("copy to")
        .on(occupied.selection().target())
        .found("there are %s%s already".formatted(conflicts.subList(0, shown), more))
        .remedy("choose another target, or have them replaced (--replace)"));
  }

  /** On this machine's disk a name is a file's or a directory's, and neither replaces the other. */
  private static void requireNoCollision(CopySelection selection) {
    if (!selection.target().isLocal()) {
      return;
    }
    Set<Path> directories = new HashSet<>();
    for (Artifact artifact : selection.artifacts()) {
      Path file = selection.targetOf(artifact).toPath();
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw collision(selection, file, "a directory there, and a file in the source");
      }
      for (Path parent = file.getParent();
          parent != null && directories.add(parent);
          parent = parent.getParent()) {
        if (Files.exists(parent) && !Files.isDirectory(parent)) {
          throw collision(selection, parent, "a file there, and a directory in the source");
        }
      }
    }
  }

  private static ConflictException collision(CopySelection selection, Path path, String what) {
    return new ConflictException(Problem.of("copy to")
        .on(selection.target())
        .found("'%s' is %s".formatted(path, what))
        .remedy("choose another target, or remove it there"));
  }

  CopyResult copy(CopyRequest request, Listed listed, Stores stores, RunContext context)
      throws InterruptedException {
    long start = System.nanoTime();
    CopySelection selection = listed.selection();
    if (request.source().isLocal() && !selection.single()) {
      warnOfSpecialFiles(request.source().toPath(), context);
    }
    TransferMeter meter =
        new TransferMeter(selection.bytes(), selection.artifacts().size(), context::progress);
    boolean toDisk = selection.target().isLocal() && !request.source().isLocal();
    Path directory = selection.target().isLocal() ? selection.directory().toPath() : Path.of("");
    List<StoredArtifact> copies;
    try (KeptFiles kept = KeptFiles.of(directory, listed.replaced())) {
      copies = toDisk
          ? download(request, listed, kept, stores, meter, context)
          : transfer(request, listed, kept, stores, meter, context);
    } catch (InterruptedException e) {
      warnOfReplaced(listed, context);
      throw e;
    } catch (OvmsConverterException e) {
      throw listed.occupied() == null ? e : listed.occupied().told(e, stores.output());
    }
    return new CopyResult(copies, selection.bytes(), System.nanoTime() - start);
  }

  /** Who cancels waits for nothing: the store is not asked which ones. */
  private static void warnOfReplaced(Listed listed, RunContext context) {
    int count = listed.occupied() == null ? 0 : listed.occupied().files().size();
    if (count > 0 && !listed.selection().target().isLocal()) {
      context.warn(
          "some of the %d files that were to be replaced may be new by now".formatted(count));
    }
  }

  private List<StoredArtifact> transfer(
      CopyRequest request,
      Listed listed,
      KeptFiles kept,
      Stores stores,
      TransferMeter meter,
      RunContext context)
      throws InterruptedException {
    CopySelection selection = listed.selection();
    List<Path> missing = selection.target().isLocal() ? missingDirectories(selection) : List.of();
    boolean complete = false;
    try {
      List<StoredArtifact> copies = transfer.copy(
          stores.input(),
          stores.output(),
          selection.artifacts(),
          new TransferEngine.CopyTarget(
              selection::targetOf, mode(request), listed::isFresh, kept, context::warn),
          meter,
          () -> context.workDirectory("copy"));
      complete = true;
      return copies;
    } finally {
      if (!complete) {
        kept.putBackMissing();
        missing.forEach(path -> DurableFiles.removeEmpty(new ArrayDeque<>(List.of(path))));
      }
    }
  }

  /** Directories of this machine that the copies would make, the innermost first. */
  private static List<Path> missingDirectories(CopySelection selection) {
    Set<Path> missing = new HashSet<>();
    for (Artifact artifact : selection.artifacts()) {
      for (Path parent = selection.targetOf(artifact).toPath().getParent();
          parent != null && !Files.exists(parent) && missing.add(parent);
          parent = parent.getParent()) {
        // All is done in the head.
      }
    }
    return missing.stream()
        .sorted(Comparator.comparingInt(Path::getNameCount).reversed())
        .toList();
  }

  /** Pipes, sockets and devices have no content to copy. */
  private static void warnOfSpecialFiles(Path source, RunContext context) {
    try (Stream<Path> all = Files.walk(source)) {
      List<String> special = all.filter(CopyStage::isSpecial)
          .map(path -> source.relativize(path).toString())
          .sorted()
          .toList();
      if (!special.isEmpty()) {
        int shown = Math.min(SHOWN_CONFLICTS, special.size());
        String more =
            special.size() > shown ? " and %d more".formatted(special.size() - shown) : "";
        context.warn("not copied, for they are pipes, sockets or devices: %s%s"
            .formatted(special.subList(0, shown), more));
      }
    } catch (IOException | UncheckedIOException e) {
      // What cannot be looked at, the listing has told already.
    }
  }

  private static boolean isSpecial(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException e) {
      return false;
    }
  }

  private static WriteMode mode(CopyRequest request) {
    return request.replace() ? WriteMode.REPLACE : WriteMode.CREATE_ONLY;
  }

  private List<StoredArtifact> download(
      CopyRequest request,
      Listed listed,
      KeptFiles kept,
      Stores stores,
      TransferMeter meter,
      RunContext context)
      throws InterruptedException {
    CopySelection selection = listed.selection();
    Path directory = selection.directory().toPath();
    Path arrived = directory.resolve(DurableFiles.temporaryName());
    Deque<Path> made = null;
    boolean complete = false;
    try {
      made = DurableFiles.createDirectories(directory);
      List<StoredArtifact> files = transfer.download(
          stores.input(),
          request.source(),
          selection.artifacts(),
          new TransferEngine.Target(directory, arrived, true, false),
          meter,
          context::info);
      List<StoredArtifact> placed =
          place(new LocalPlacement(mode(request), kept), selection, arrived, files);
      complete = true;
      return placed;
    } catch (IOException e) {
      throw IoErrors.translate(e, "copy to", selection.target());
    } finally {
      cleanUp(arrived, complete || made == null ? List.of() : List.copyOf(made));
    }
  }

  private static List<StoredArtifact> place(
      LocalPlacement placement, CopySelection selection, Path arrived, List<StoredArtifact> files)
      throws IOException {
    boolean complete = false;
    try {
      List<StoredArtifact> copies = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        Artifact artifact = selection.artifacts().get(i);
        Location target = selection.targetOf(artifact);
        placement.place(arrived.resolve(artifact.path()), target.toPath());
        copies.add(new StoredArtifact(
            target,
            artifact.path(),
            artifact.size(),
            artifact.revision(),
            files.get(i).sha256()));
      }
      placement.sync();
      complete = true;
      return copies;
    } finally {
      if (!complete) {
        placement.takeBack();
      }
    }
  }

  private static void cleanUp(Path arrived, List<Path> made) {
    Uninterrupted.run(() -> {
      try {
        DurableFiles.deleteTree(arrived);
      } catch (IOException e) {
        // The error that is on its way says more than this one.
      }
      DurableFiles.removeEmpty(new ArrayDeque<>(made));
    });
  }
}
