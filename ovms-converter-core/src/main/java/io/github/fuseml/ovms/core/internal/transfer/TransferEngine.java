package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import io.github.fuseml.ovms.core.internal.store.InterruptibleStore;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings files of a store to this machine, and from one store to another. Thread-safe. */
public final class TransferEngine {
  /** Below this, beginning anew costs less than keeping account. */
  private static final long WORTH_RESUMING = 8L << 20;

  private final TransferSettings settings;

  /**
   * An engine.
   *
   * @param settings how it moves files
   */
  public TransferEngine(TransferSettings settings) {
    this.settings = settings;
  }

  /**
   * Where files are brought to.
   *
   * @param staging the directory in which an unfinished download may wait for another run
   * @param directory where the files are put; empty or not there yet, and on the same file system
   * @param lasting whether they stay there, and are forced to the disk if that is asked for; false
   *     for what is temporary
   * @param sha256 whether the SHA-256 of each is wanted
   */
  public record Target(Path staging, Path directory, boolean lasting, boolean sha256) {
    private Download.Options options(TransferSettings settings) {
      return new Download.Options(lasting && settings.durable(), sha256);
    }
  }

  /**
   * Downloads files, each to its path below a directory. What a killed run has left of the very same
   * download is gone on with.
   *
   * @param store where they are
   * @param source what they are a part of, for messages and to recognise the download
   * @param artifacts the files
   * @param target where they go
   * @param meter hears how far it is
   * @param note hears what the user should know
   * @return the files in their order, each with its SHA-256 if that is wanted
   * @throws InterruptedException if the thread is interrupted
   */
  public List<StoredArtifact> download(
      ArtifactStore store,
      Location source,
      List<Artifact> artifacts,
      Target target,
      TransferMeter meter,
      Consumer<String> note)
      throws InterruptedException {
    requireNoCollision(source, requireSafeNames(artifacts));
    PartPlan plan = PartPlan.of(artifacts, settings);
    try {
      StagingDirectory staging = openStaging(source, artifacts, target, plan);
      if (staging == null) {
        requireSpace(target.directory(), bytesOf(artifacts));
        return new Download(
                InterruptibleStore.raw(store),
                artifacts,
                target.directory(),
                plan,
                settings,
                meter,
                target.options(settings),
                null)
            .run();
      }
      return downloadInto(
          staging, InterruptibleStore.raw(store), artifacts, target, plan, meter, note);
    } catch (IOException e) {
      throw IoErrors.translate(e, "download to", target.directory());
    }
  }

  /**
   * Where artifacts are copied to.
   *
   * @param locations the location of each copy
   * @param mode what to do when something is there already
   * @param fresh whether nothing was at a copy's path before, so that it may be removed again
   * @param kept what may be replaced and was kept, to be put back
   * @param warn hears what could not be removed again
   */
  public record CopyTarget(
      Function<Artifact, Location> locations,
      WriteMode mode,
      Predicate<String> fresh,
      KeptFiles kept,
      Consumer<String> warn) {
    /** Whether a copy can be undone. */
    boolean canUndo(StoredArtifact copy) {
      return fresh.test(copy.path()) || isKept(copy);
    }

    private boolean isKept(StoredArtifact copy) {
      return copy.location().isLocal() && kept.holds(copy.location().toPath());
    }

    /** Removes a copy, or puts back what it has replaced. */
    void undo(ArtifactStore store, StoredArtifact copy) {
      if (!isKept(copy)) {
        store.delete(copy.location());
        return;
      }
      try {
        kept.putBack(copy.location().toPath());
      } catch (IOException e) {
        throw IoErrors.translate(e, "put back", copy.location());
      }
    }
  }

  /**
   * Copies artifacts into another store; nothing large is kept on the way.
   *
   * @param from where they are
   * @param to where they go
   * @param artifacts the artifacts
   * @param target where they go, and what is taken back if not all do
   * @param meter hears how far it is
   * @param work makes a directory for what cannot be checked while it passes
   * @return the copies, sorted by path
   * @throws InterruptedException if the thread is interrupted
   */
  public List<StoredArtifact> copy(
      ArtifactStore from,
      ArtifactStore to,
      List<Artifact> artifacts,
      CopyTarget target,
      TransferMeter meter,
      Supplier<Path> work)
      throws InterruptedException {
    requireSafeNames(artifacts);
    ArtifactStore source = InterruptibleStore.raw(from);
    ArtifactStore other = InterruptibleStore.raw(to);
    TransferState state = new TransferState();
    StallWatch watch = new StallWatch(settings.stallTimeout());
    ReadContext context = new ReadContext(source, settings, state, watch);
    BufferPool pool = new BufferPool(Copier.MEMORY, Copier.SMALL);
    Copier.Staged staged = artifact -> stage(source, artifact, work.get());
    Copier copier = new Copier(source, other, context, pool, staged);
    return new CopyRun(copier, context, other, artifacts, target, meter).run();
  }

  /**
   * Writes one file of this machine, and tells how far that is.
   *
   * @param store where it goes
   * @param file the file
   * @param target its location there
   * @param mode what to do when something is there already
   * @param meter hears how far it is
   * @return the new artifact
   */
  public static Artifact upload(
      ArtifactStore store, Path file, Location target, WriteMode mode, TransferMeter meter) {
    FileProgress progress =
        new FileProgress(meter, target.name(), Content.of(file).size());
    Artifact written = store.write(target, new MeteredContent(file, progress), mode);
    progress.done();
    return written;
  }

  private Copier.StagedContent stage(ArtifactStore from, Artifact artifact, Path directory)
      throws InterruptedException {
    TransferMeter silent = new TransferMeter(artifact.size(), 1, progress -> {});
    Artifact alone = artifact.withPath("content");
    PartPlan plan = PartPlan.of(List.of(alone), settings);
    StoredArtifact arrived = new Download(
            from,
            List.of(alone),
            directory,
            plan,
            settings,
            silent,
            new Download.Options(false, true),
            null)
        .run()
        .get(0);
    return new StagedFile(directory, arrived.sha256());
  }

  private static @Nullable StagingDirectory openStaging(
      Location source, List<Artifact> artifacts, Target target, PartPlan plan) throws IOException {
    boolean recognisable = artifacts.stream().allMatch(file -> file.revision() != null);
    // Beside files that last, what a killed run leaves must be found again, however small.
    return recognisable && (target.lasting() || bytesOf(artifacts) >= WORTH_RESUMING)
        ? StagingDirectory.open(target.staging(), source, artifacts, plan)
        : null;
  }

  private List<StoredArtifact> downloadInto(
      StagingDirectory staging,
      ArtifactStore store,
      List<Artifact> artifacts,
      Target target,
      PartPlan plan,
      TransferMeter meter,
      Consumer<String> note)
      throws IOException, InterruptedException {
    try (staging) {
      boolean keep = settings.keepPartialDownloads();
      try {
        tellWhatIsThere(staging, artifacts, plan, target, note);
        Path files = Files.createDirectories(staging.files());
        List<StoredArtifact> arrived = new Download(
                store,
                artifacts,
                files,
                plan,
                settings,
                meter,
                target.options(settings),
                staging.journal())
            .run();
        Files.move(files, target.directory(), StandardCopyOption.ATOMIC_MOVE);
        keep = false;
        staging.removeOutdated();
        return arrived;
      } finally {
        if (!keep) {
          Uninterrupted.run(() -> remove(staging));
        }
      }
    }
  }

  private static void tellWhatIsThere(
      StagingDirectory staging,
      List<Artifact> artifacts,
      PartPlan plan,
      Target target,
      Consumer<String> note)
      throws IOException {
    long all = bytesOf(artifacts);
    long known = staging.journal().bytesOf(artifacts, plan);
    if (known > 0) {
      note.accept("going on with an earlier download: %d of %d MiB are here already"
          .formatted(known >> 20, all >> 20));
    }
    requireSpace(target.staging(), all - known);
  }

  private static void remove(StagingDirectory staging) {
    try {
      staging.delete();
    } catch (IOException e) {
      // A later run of the same download removes it.
    }
  }

  private static long bytesOf(List<Artifact> artifacts) {
    return artifacts.stream().mapToLong(Artifact::size).sum();
  }

  /** The paths; one that leads elsewhere, or comes twice, is refused before anything is written. */
  private static Set<String> requireSafeNames(List<Artifact> artifacts) {
    Set<String> paths = new HashSet<>();
    for (Artifact artifact : artifacts) {
      ArtifactPaths.requireSafe(artifact.path(), artifact.location());
      if (!paths.add(artifact.path())) {
        throw new TransferException(Problem.of("move")
            .on(artifact.location())
            .found("the store lists '%s' twice".formatted(artifact.path()))
            .remedy("check what is wrong with the store"));
      }
    }
    return paths;
  }

  /** What an object store holds side by side may not fit into a directory. */
  private static void requireNoCollision(Location source, Set<String> files) {
    for (String path : files) {
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (files.contains(path.substring(0, slash))) {
          throw new TransferException(Problem.of("download")
              .on(source)
              .found("'%s' is both a file and a directory".formatted(path.substring(0, slash)))
              .remedy("rename one of them: no file system can hold both"));
        }
      }
    }
  }

  private static void requireSpace(Path directory, long needed) throws IOException {
    Path existing = directory;
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    long free = Files.getFileStore(existing).getUsableSpace();
    if (free < needed) {
      throw new TransferException(Problem.of("download to")
          .on(directory)
          .found("%d MiB are needed and %d MiB are free".formatted(needed >> 20, free >> 20))
          .remedy("free some space, or choose another directory")
          .mayHelpToRetry());
    }
  }
}
