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
  private final ProcessorUse processors = ProcessorUse.ofThisProcess();

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
    this.workers = new WorkerGroup(state, plan.maxWorkers());
    this.pool = BufferPool.forEach(plan.maxWorkers(), plan.blockSize());
    this.watch = new StallWatch(settings.stallTimeout());
    this.context = new ReadContext(store, settings, state, watch);
    for (Artifact artifact : artifacts) {
      files.add(new FileAssembly(
          artifact,
          plan,
          target.resolve(artifact.path()),
          options.durable(),
          file -> BlockDigest.of(
              plan.blocksOf(artifact),
              plan.sizeOf(artifact, 0),
              store.checksums(artifact),
              options.sha256(),
              file::reload)));
    }
    this.filesLeft = new AtomicInteger(files.size());
    this.queue = new PartQueue(
        largestFirst(),
        this::blocksPerPart,
        file -> plan.blocksOf(files.get(file).artifact()));
  }

  /** All of a file's blocks come from one request where none can begin in the middle. */
  private int blocksPerPart(int file) {
    Artifact artifact = files.get(file).artifact();
    return context.store().readsParts(artifact) ? plan.blocksPerPart() : plan.blocksOf(artifact);
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
      workers.await(settings.timeLimit().orElse(null), this::isOverdue);
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

  private void move(PartQueue.Part part) throws InterruptedException {
    FileAssembly file = files.get(part.file());
    FileChannel channel = file.open(journal != null);
    // The first block of a part is as large as any, but for a file's last one.
    int size = plan.sizeOf(file.artifact(), part.firstBlock());
    byte[] buffer = pool.acquire(size, state);
    try (PartReader in = new PartReader(context, file.artifact(), plan, part.endBlock(), meter)) {
      for (int number = part.firstBlock(); number < part.endBlock(); number++) {
        move(
            new Block(part.file(), number, buffer, plan.sizeOf(file.artifact(), number)),
            in,
            channel);
      }
    } finally {
      pool.release(buffer, size);
    }
  }

  /** A block in memory. */
  private static final class Block {
    private final int file;
    private final int number;
    private final byte[] buffer;
    private final int size;

    Block(int file, int number, byte[] buffer, int size) {
      this.file = file;
      this.number = number;
      this.buffer = buffer;
      this.size = size;
    }

    int crc32c() {
      CRC32C crc = new CRC32C();
      crc.update(buffer, 0, size);
      return (int) crc.getValue();
    }
  }

  private void move(Block block, PartReader in, FileChannel channel) {
    state.requireGoingOn();
    FileAssembly file = files.get(block.file);
    // What comes from a request that has begun at the beginning comes along anyway.
    boolean comesAlong = in.hasBegun() && !context.store().readsParts(file.artifact());
    if (comesAlong || !isThereAlready(block, file, channel)) {
      fetch(block, file, in, channel);
    }
    if (file.complete(block.number, block.buffer, block.size)) {
      finish(block.file, file);
    }
  }

  private boolean isThereAlready(Block block, FileAssembly file, FileChannel channel) {
    if (journal == null
        || file.isSecondTime()
        || !journal.contains(block.file, block.number)
        || !file.load(channel, block.number, block.buffer, block.size)
        || !journal.agrees(block.file, block.number, block.crc32c())) {
      return false;
    }
    meter.bytes(file.artifact().path(), block.size);
    return true;
  }

  private void fetch(Block block, FileAssembly file, PartReader in, FileChannel channel) {
    if (block.size > 0) {
      boolean slowToBegin = in.read(block.number, block.buffer, block.size);
      state.requireGoingOn();
      file.write(channel, block.number, block.buffer, block.size);
      // The wait may be for a processor, and then one more thread makes it longer.
      if (slowToBegin && !processors.areBusy()) {
        workers.start(this::work);
      }
    }
    if (journal != null) {
      note(journal, block);
    }
  }

  private static void note(DownloadJournal notes, Block block) {
    try {
      notes.written(block.file, block.number, block.crc32c());
    } catch (IOException e) {
      throw IoErrors.translate(e, "note the progress of", "the download");
    }
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
