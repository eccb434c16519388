package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Copies many artifacts at once: small ones by all threads, large ones, which the other store cuts into
 * parts and sends in parallel by itself, by two. A run that fails takes back what it has made. Used once.
 */
final class CopyRun {
  private static final int WORKERS = 16;
  private static final int LARGE_WORKERS = 2;
  private static final long LARGE = 16L << 20;

  /** Long enough to take back an upload that was begun. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** For the writes that are under way when another one has failed. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final Duration PATIENCE_TO_REMOVE = Duration.ofSeconds(60);

  private final Copier copier;
  private final TransferState state;
  private final TransferSettings settings;
  private final StallWatch watch;
  private final TransferMeter meter;
  private final ArtifactStore to;
  private final TransferEngine.CopyTarget target;
  private final Queue<Artifact> large = new ConcurrentLinkedQueue<>();
  private final Queue<Artifact> small = new ConcurrentLinkedQueue<>();
  private final Map<Artifact, Long> begun = new ConcurrentHashMap<>();
  private final List<StoredArtifact> copies = new ArrayList<>();
  private final AtomicInteger left;

  CopyRun(
      Copier copier,
      ReadContext context,
      ArtifactStore to,
      List<Artifact> artifacts,
      TransferEngine.CopyTarget target,
      TransferMeter meter) {
    this.copier = copier;
    this.state = context.state();
    this.settings = context.settings();
    this.watch = context.watch();
    this.to = to;
    this.target = target;
    this.meter = meter;
    this.left = new AtomicInteger(artifacts.size());
    for (Artifact artifact : artifacts) {
      (artifact.size() >= LARGE ? large : small).add(artifact);
    }
  }

  /** Copies everything; the copies sorted by path. */
  List<StoredArtifact> run() throws InterruptedException {
    int workers = Math.min(settings.parallelism().orElse(WORKERS), left.get());
    if (workers == 0) {
      return List.of();
    }
    WorkerGroup group = new WorkerGroup(state, workers);
    Duration grace = GRACE;
    try (watch) {
      for (int i = 0; i < workers; i++) {
        boolean takesLarge = i < LARGE_WORKERS;
        group.start(() -> work(takesLarge));
      }
      group.await(settings.timeLimit().orElse(null), this::isOverdue);
    } catch (InterruptedException e) {
      grace = Duration.ZERO;
      throw e;
    } finally {
      end(group, grace);
    }
    copies.sort(Comparator.comparing(StoredArtifact::path));
    return List.copyOf(copies);
  }

  private void end(WorkerGroup group, Duration grace) {
    boolean failed = state.failure() != null;
    if (failed && !grace.isZero()) {
      group.join(grace); // A write that is cut short may be done all the same, and nobody knows.
    }
    group.interrupt();
    group.join(PATIENCE);
    if (failed) {
      takeBack(grace.isZero() ? PATIENCE : PATIENCE_TO_REMOVE);
    }
  }

  private void takeBack(Duration patience) {
    List<StoredArtifact> made;
    synchronized (copies) {
      made = copies.stream().filter(target::canUndo).toList();
    }
    TakeBack.run(to, made, target, patience);
  }

  private boolean isOverdue(long now) {
    Duration limit = settings.fileTimeLimit().orElse(null);
    if (limit != null) {
      begun.forEach((artifact, start) -> {
        if (now - start > limit.toNanos()) {
          state.fail(WorkerGroup.tooSlow(artifact.location(), limit));
        }
      });
    }
    return state.hasEnded();
  }

  private void work(boolean takesLarge) throws InterruptedException {
    for (Artifact next = next(takesLarge); next != null; next = next(takesLarge)) {
      state.requireGoingOn();
      begun.put(next, System.nanoTime());
      StoredArtifact copy = copier.copy(next, target.locations().apply(next), target.mode(), meter);
      begun.remove(next);
      synchronized (copies) {
        copies.add(copy);
      }
      if (left.decrementAndGet() == 0) {
        state.succeed();
      }
    }
  }

  private @Nullable Artifact next(boolean takesLarge) {
    Artifact next = takesLarge ? large.poll() : null;
    return next != null ? next : small.poll();
  }
}
