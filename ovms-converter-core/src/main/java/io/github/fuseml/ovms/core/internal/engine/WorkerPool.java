package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.engine.PythonFinder.Candidate;
import io.github.fuseml.ovms.spi.EngineLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one converter: each serves one request at a time and is kept for the next one, so a
 * thousand models need one import of OpenVINO, not a thousand. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int KEPT_IDLE = 4;

  /** OpenVINO 2024 is the first whose {@code save_model} this worker knows. */
  private static final int OLDEST_YEAR = 2024;

  private final EngineSettings settings;
  private final ManagedEnvironment managed;
  private final Deque<Lease> idle = new ArrayDeque<>();
  private final Set<Lease> busy = new HashSet<>();
  private final Set<Thread> starters = new HashSet<>();
  private @Nullable CompletableFuture<Lease> warm;
  private boolean closed;

  WorkerPool(EngineSettings settings) {
    this.settings = settings;
    this.managed =
        new ManagedEnvironment(settings.home().orElseGet(ManagedEnvironment::defaultHome));
  }

  ManagedEnvironment managed() {
    return managed;
  }

  /** A worker and where its interpreter was found; given back by closing it. */
  final class Lease implements AutoCloseable {
    private final Worker worker;
    private final String foundBy;

    private Lease(Worker worker, String foundBy) {
      this.worker = worker;
      this.foundBy = foundBy;
    }

    Worker worker() {
      return worker;
    }

    String foundBy() {
      return foundBy;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }

  /** Starts a worker in the background if none is idle or on its way. */
  synchronized void warmUp() {
    if (closed || warm != null || !idle.isEmpty()) {
      return;
    }
    CompletableFuture<Lease> future = new CompletableFuture<>();
    warm = future;
    Thread starter = new Thread(
        () -> {
          try {
            future.complete(startInstalled());
          } catch (InterruptedException | RuntimeException | Error e) {
            future.completeExceptionally(e); // Whatever it is: a run waits for this.
          } finally {
            synchronized (this) {
              starters.remove(Thread.currentThread());
            }
          }
        },
        "ovms-engine-start");
    starter.setDaemon(true);
    starters.add(starter);
    starter.start();
  }

  /**
   * An idle worker, or a new one.
   *
   * @param log hears that an engine is installed
   * @throws EngineMissingException if none can be started
   */
  Lease acquire(EngineLog log) throws InterruptedException {
    Lease lease = takeIdle();
    if (lease == null) {
      lease = awaitWarm();
    }
    if (lease == null) {
      lease = start(log);
    }
    synchronized (this) {
      if (!closed) {
        busy.add(lease);
        return lease;
      }
    }
    lease.worker().close();
    throw new IllegalStateException("the converter is closed");
  }

  private synchronized @Nullable Lease takeIdle() {
    if (closed) {
      throw new IllegalStateException("the converter is closed");
    }
    for (Lease lease = idle.pollFirst(); lease != null; lease = idle.pollFirst()) {
      if (lease.worker().isAlive()) {
        return lease;
      }
    }
    return null;
  }

  private @Nullable Lease awaitWarm() throws InterruptedException {
    CompletableFuture<Lease> future;
    synchronized (this) {
      future = warm;
      warm = null; // One run takes it; others start their own.
    }
    if (future == null) {
      return null;
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      return null; // Starting it again tells the caller why.
    } catch (InterruptedException e) {
      var unused = future.thenAccept(Lease::close);
      throw e;
    }
  }

  private Lease start(EngineLog log) throws InterruptedException {
    try {
      return startInstalled();
    } catch (EngineMissingException e) {
      boolean chosen = PythonFinder.isChosen(settings);
      if (!settings.automaticInstall() || chosen || managed.isComplete()) {
        throw e;
      }
    }
    log.info("no engine was found; making one, once");
    managed.install(log::info);
    return startInstalled();
  }

  /** Starts a worker with the first interpreter that works. */
  private Lease startInstalled() throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (Candidate candidate : PythonFinder.candidates(settings, managed)) {
      try {
        Worker worker =
            Worker.start(candidate.python(), MemoryLimits.of(settings.memoryLimit()), startLimit());
        String problem = tooOld(worker.openvinoVersion());
        if (problem == null) {
          return new Lease(worker, candidate.foundBy());
        }
        worker.close();
        failures.add(describe(candidate, problem));
      } catch (WorkerException e) {
        failures.add(describe(candidate, e.reason()));
      }
    }
    throw new EngineMissingException(Problem.of("start the OpenVINO engine")
        .found(
            failures.isEmpty() ? "no Python with openvino was found" : String.join("; ", failures))
        .remedy(
            "run 'ovms-converter engine install', or set OVMS_CONVERTER_PYTHON to a Python that has"
                + " openvino"));
  }

  /** Whoever wants no conversion to take longer does not wait longer for its start. */
  private Duration startLimit() {
    Duration limit = settings.timeLimit();
    return limit.compareTo(START_LIMIT) < 0 ? limit : START_LIMIT;
  }

  private static String describe(Candidate candidate, String reason) {
    return candidate.python() + " (" + candidate.foundBy() + "): " + reason;
  }

  private static @Nullable String tooOld(String version) {
    int dot = version.indexOf('.');
    try {
      int year = Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
      return year >= OLDEST_YEAR
          ? null
          : "its OpenVINO " + version + " is older than " + OLDEST_YEAR;
    } catch (NumberFormatException e) {
      return null; // A build of somebody's own, without a release number.
    }
  }

  private void giveBack(Lease lease) {
    synchronized (this) {
      busy.remove(lease);
      if (!closed && lease.worker().isAlive() && idle.size() < KEPT_IDLE) {
        idle.addFirst(lease);
        return;
      }
    }
    lease.worker().close();
  }

  /** Kills all workers; requests that still go on fail. */
  @Override
  public void close() {
    List<Lease> all;
    CompletableFuture<Lease> pending;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(idle);
      all.addAll(busy);
      idle.clear();
      pending = warm;
      warm = null;
      starters.forEach(
          Thread::interrupt); // An engine that is still starting ends with its starter.
    }
    all.forEach(lease -> lease.worker().close());
    if (pending != null) {
      var unused = pending.thenAccept(lease -> lease.worker().close());
    }
  }
}
