package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One download of files into a directory: workers take one part after another, the large files first,
 * until nothing is left. The calling thread waits, looks after time limits, and ends everything when it
 * is interrupted. Used once.
 */
final class Download {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final TransferSettings settings;
  private final TransferMeter meter;
  private final PartPlan plan;
  private final @Nullable DownloadJournal journal;
  private final List<FileAssembly> files = new ArrayList<>();
  private final BufferPool pool;
  private final TransferState state = new TransferState();
  private final StallWatch watch;
  private final ReadContext context;
  private final PartQueue queue;
  private final AtomicInteger filesLeft;
  private final WorkerGroup workers;

  /**
   * What is done besides.
   *
   * @param durable whether the files are forced to the disk
   * @param sha256 whether the SHA-256 of each is computed
   */
  record Options(boolean durable, boolean sha256) {}

  /**
   * A download that has not begun.
   *
   * @param artifacts the files, with safe paths that do not collide
   * @param target the directory that their paths are put below
   * @param journal what an earlier run did in the directory; null to begin anew and note nothing
   */
  Download(
      ArtifactStore store,
      List<Artifact> artifacts,
      Path target,
      PartPlan plan,
      TransferSettings settings,
      TransferMeter meter,
      Options options,
      @Nullable DownloadJournal journal) {
    this.settings = settings;
    this.meter = meter;
    this.plan = plan;
    this.journal = journal;
    this.workers = new WorkerGroup(state, settings, plan.maxWorkers());
    this.pool = new BufferPool(plan.memory(), plan.partSize());
    this.watch = new StallWatch(settings.stallTimeout());
    this.context = new ReadContext(store, settings, state, watch);
    for (Artifact artifact : artifacts) {
      files.add(new FileAssembly(
          artifact,
          plan,
          target.resolve(artifact.path()),
          options.durable(),
          () -> PartDigest.of(
              plan.partsOf(artifact), store.checksums(artifact), options.sha256(), pool)));
    }
    this.filesLeft = new AtomicInteger(files.size());
    this.queue = new PartQueue(largestFirst(), sizes(), pool, state);
  }

  private PartQueue.PartSizes sizes() {
    return new PartQueue.PartSizes() {
      @Override
      public int partsOf(int file) {
        return plan.partsOf(files.get(file).artifact());
      }

      @Override
      public int sizeOf(int file, int part) {
        return plan.sizeOf(files.get(file).artifact(), part);
      }

      @Override
      public boolean inOrder(int file) {
        return !context.store().readsParts(files.get(file).artifact());
      }
    };
  }

  private List<Integer> largestFirst() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingLong(i -> -files.get(i).artifact().size()));
    return order;
  }

  /**
   * Downloads everything.
   *
   * @return the files in the order of the artifacts, each with its SHA-256 if that was asked for
   */
  List<StoredArtifact> run() throws InterruptedException {
    if (files.isEmpty()) {
      return List.of();
    }
    try (watch) {
      for (int i = 0; i < plan.workers(); i++) {
        workers.start(this::work);
      }
      workers.await(this::isOverdue);
    } finally {
      workers.interrupt();
      workers.join(PATIENCE);
      files.forEach(FileAssembly::closeQuietly);
    }
    return files.stream().map(file -> file.artifact().stored(file.sha256())).toList();
  }

  private boolean isOverdue(long now) {
    Duration limit = settings.fileTimeLimit().orElse(null);
    if (limit != null) {
      files.stream()
          .filter(file -> file.isOlderThan(limit.toNanos(), now))
          .findFirst()
          .ifPresent(file -> state.fail(WorkerGroup.tooSlow(file.artifact().location(), limit)));
    }
    return state.hasEnded();
  }

  private void work() throws InterruptedException {
    for (PartQueue.Part part = queue.take(); part != null; part = queue.take()) {
      move(part);
    }
  }

  /** Moves a part, and all that follow it where they come from one request. */
  private void move(PartQueue.Part first) throws InterruptedException {
    FileAssembly file = files.get(first.file());
    FileChannel channel = file.open(journal != null);
    boolean inOrder = !context.store().readsParts(file.artifact());
    try (PartSource source = new PartSource(context, file.artifact(), plan, inOrder, meter)) {
      for (PartQueue.Part part = first; part != null; part = queue.after(part)) {
        // What comes from one request that has begun comes along anyway.
        if (source.isOpen() || !isThereAlready(part, file, channel)) {
          fetch(part, file, channel, source);
        }
        if (file.complete(part.number(), part.buffer(), part.size())) {
          finish(part.file(), file);
          return;
        }
      }
    }
  }

  private boolean isThereAlready(PartQueue.Part part, FileAssembly file, FileChannel channel) {
    if (journal == null
        || file.isSecondTime()
        || !journal.contains(part.file(), part.number())
        || !file.load(channel, part.number(), part.buffer(), part.size())
        || !journal.agrees(part.file(), part.number(), crc32c(part))) {
      return false;
    }
    meter.bytes(file.artifact().path(), part.size());
    return true;
  }

  private void fetch(
      PartQueue.Part part, FileAssembly file, FileChannel channel, PartSource source) {
    if (part.size() > 0) {
      boolean slowToBegin = source.read(part);
      state.requireGoingOn();
      file.write(channel, part.number(), part.buffer(), part.size());
      if (slowToBegin) {
        workers.start(this::work);
      }
    }
    if (journal != null) {
      note(journal, part);
    }
  }

  private void note(DownloadJournal notes, PartQueue.Part part) {
    try {
      notes.written(part.file(), part.number(), crc32c(part));
    } catch (IOException e) {
      throw IoErrors.translate(e, "note the progress of", "the download");
    }
  }

  private static int crc32c(PartQueue.Part part) {
    CRC32C crc = new CRC32C();
    crc.update(part.buffer(), 0, part.size());
    return (int) crc.getValue();
  }

  private void finish(int number, FileAssembly file) {
    if (!file.finish()) {
      meter.bytes(file.artifact().path(), -file.artifact().size());
      queue.again(number);
      return;
    }
    meter.file(file.artifact().path());
    if (filesLeft.decrementAndGet() == 0) {
      state.succeed();
    }
  }
}
