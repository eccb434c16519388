package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.AccessDeniedException;
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
import io.github.fuseml.ovms.core.internal.publish.EarlierOutput;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
   * What is to be copied.
   *
   * @param artifacts the files, by their paths below the source; one by its name
   * @param target the copy of the one file; the directory of the copies of several
   * @param single whether it is one file
   * @param there paths of copies at which something is already; null if that cannot be known
   */
  record Listed(
      List<Artifact> artifacts,
      Location target,
      boolean single,
      @Nullable Set<String> there) {
    /** Whether a copy can be taken back without harm to what was there before. */
    boolean isFresh(String path) {
      return there != null && !there.contains(path);
    }

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
      listed = new Listed(List.of(file.get()), target, true, null);
    } else {
      requireOutside(request);
      List<Artifact> all = EarlierOutput.withoutClaims(stores.input().list(request.source()));
      if (all.isEmpty()) {
        throw ListStage.nothingThere(
            "copy", request.source(), stores.input().exists(request.source()));
      }
      listed = new Listed(all, request.target(), false, null);
    }
    requireNoCollision(listed);
    Set<String> there = there(request, listed, stores.output());
    if (!request.replace() && there != null && !there.isEmpty()) {
      throw conflict(listed, there);
    }
    return new Listed(listed.artifacts(), listed.target(), listed.single(), there);
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

  /** Who replaces everything needs no right to look. */
  private static @Nullable Set<String> there(
      CopyRequest request, Listed listed, ArtifactStore output) {
    try {
      return there(listed, output);
    } catch (AccessDeniedException e) {
      if (request.replace()) {
        return null;
      }
      throw e;
    }
  }

  private static Set<String> there(Listed listed, ArtifactStore output) {
    if (listed.single()) {
      String path = listed.artifacts().get(0).path();
      return output.find(listed.target()).isPresent() ? Set.of(path) : Set.of();
    }
    Set<String> there = new TreeSet<>();
    listed.artifacts().forEach(artifact -> there.add(artifact.path()));
    there.retainAll(
        output.list(listed.target()).stream().map(Artifact::path).collect(Collectors.toSet()));
    return there;
  }

  private static ConflictException conflict(Listed listed, Set<String> there) {
    List<String> conflicts = there.stream().sorted().toList();
    int shown = Math.min(SHOWN_CONFLICTS, conflicts.size());
    String more =
        conflicts.size() > shown ? " and %d more".formatted(conflicts.size() - shown) : "";
    return new ConflictException(Problem.of("copy to")
        .on(listed.target())
        .found("there are %s%s already".formatted(conflicts.subList(0, shown), more))
        .remedy("choose another target, or have them replaced (--replace)"));
  }

  /** On this machine's disk a name is a file's or a directory's, and neither replaces the other. */
  private static void requireNoCollision(Listed listed) {
    if (!listed.target().isLocal()) {
      return;
    }
    Set<Path> directories = new HashSet<>();
    for (Artifact artifact : listed.artifacts()) {
      Path file = listed.targetOf(artifact).toPath();
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw collision(listed, file, "a directory there, and a file in the source");
      }
      for (Path parent = file.getParent();
          parent != null && directories.add(parent);
          parent = parent.getParent()) {
        if (Files.exists(parent) && !Files.isDirectory(parent)) {
          throw collision(listed, parent, "a file there, and a directory in the source");
        }
      }
    }
  }

  private static ConflictException collision(Listed listed, Path path, String what) {
    return new ConflictException(Problem.of("copy to")
        .on(listed.target())
        .found("'%s' is %s".formatted(path, what))
        .remedy("choose another target, or remove it there"));
  }

  CopyResult copy(CopyRequest request, Listed listed, Stores stores, RunContext context)
      throws InterruptedException {
    long start = System.nanoTime();
    if (request.source().isLocal() && !listed.single()) {
      warnOfSpecialFiles(request.source().toPath(), context);
    }
    TransferMeter meter =
        new TransferMeter(listed.bytes(), listed.artifacts().size(), context::progress);
    boolean toDisk = listed.target().isLocal() && !request.source().isLocal();
    List<StoredArtifact> copies = toDisk
        ? download(request, listed, stores, meter, context)
        : transfer(request, listed, stores, meter, context);
    return new CopyResult(copies, listed.bytes(), System.nanoTime() - start);
  }

  private List<StoredArtifact> transfer(
      CopyRequest request, Listed listed, Stores stores, TransferMeter meter, RunContext context)
      throws InterruptedException {
    List<Path> missing = listed.target().isLocal() ? missingDirectories(listed) : List.of();
    boolean complete = false;
    try {
      List<StoredArtifact> copies = transfer.copy(
          stores.input(),
          stores.output(),
          listed.artifacts(),
          new TransferEngine.CopyTarget(
              listed::targetOf, mode(request), listed::isFresh, context::warn),
          meter,
          () -> context.workDirectory("copy"));
      complete = true;
      return copies;
    } finally {
      if (!complete) {
        missing.forEach(path -> DurableFiles.removeEmpty(new ArrayDeque<>(List.of(path))));
      }
    }
  }

  /** Directories of this machine that the copies would make, the innermost first. */
  private static List<Path> missingDirectories(Listed listed) {
    Set<Path> missing = new HashSet<>();
    for (Artifact artifact : listed.artifacts()) {
      for (Path parent = listed.targetOf(artifact).toPath().getParent();
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
    boolean complete = false;
    try {
      List<StoredArtifact> copies = place(listed, arrived, files, placement);
      placement.sync();
      complete = true;
      return copies;
    } finally {
      if (!complete) {
        placement.takeBack();
      }
    }
  }

  private static List<StoredArtifact> place(
      Listed listed, Path arrived, List<StoredArtifact> files, LocalPlacement placement)
      throws IOException {
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
