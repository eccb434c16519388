package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.WriteMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies many artifacts at once: small ones by all threads, large ones, which the other store cuts into
 * parts and sends in parallel by itself, by two. Used once.
 */
final class CopyRun {
  private static final int WORKERS = 16;
  private static final int LARGE_WORKERS = 2;
  private static final long LARGE = 16L << 20;

  /** Long enough to take back an upload that was begun. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Copier copier;
  private final TransferState state;
  private final TransferSettings settings;
  private final StallWatch watch;
  private final TransferMeter meter;
  private final WriteMode mode;
  private final Function<Artifact, Location> targets;
  private final Queue<Artifact> large = new ConcurrentLinkedQueue<>();
  private final Queue<Artifact> small = new ConcurrentLinkedQueue<>();
  private final Map<Artifact, Long> begun = new ConcurrentHashMap<>();
  private final List<StoredArtifact> copies = new ArrayList<>();
  private final AtomicInteger left;

  CopyRun(
      Copier copier,
      ReadContext context,
      List<Artifact> artifacts,
      Function<Artifact, Location> targets,
      WriteMode mode,
      TransferMeter meter) {
    this.copier = copier;
    this.state = context.state();
    this.settings = context.settings();
    this.watch = context.watch();
    this.targets = targets;
    this.mode = mode;
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
    WorkerGroup group = new WorkerGroup(state, settings, workers);
    try (watch) {
      for (int i = 0; i < workers; i++) {
        boolean takesLarge = i < LARGE_WORKERS;
        group.start(() -> work(takesLarge));
      }
      group.await(this::isOverdue);
    } finally {
      group.interrupt();
      group.join(PATIENCE);
    }
    copies.sort(Comparator.comparing(StoredArtifact::path));
    return List.copyOf(copies);
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
      StoredArtifact copy = copier.copy(next, targets.apply(next), mode, meter);
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
