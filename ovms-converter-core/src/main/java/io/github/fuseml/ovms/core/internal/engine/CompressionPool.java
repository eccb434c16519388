package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.spi.EngineLog;
import org.jspecify.annotations.Nullable;

/**
 * The processes that can compress weights to integers: those of the environment with NNCF where it is
 * installed, else the ordinary ones, whose Python may have NNCF as well and says so if not. Thread-safe.
 */
final class CompressionPool implements AutoCloseable {
  private final EngineSettings settings;
  private final WorkerPool ordinary;
  private final ManagedEnvironment environment;
  private @Nullable WorkerPool pool;

  CompressionPool(EngineSettings settings, WorkerPool ordinary) {
    this.settings = settings;
    this.ordinary = ordinary;
    this.environment = ManagedEnvironment.of(
        settings.home().orElseGet(ManagedEnvironment::defaultHome), EngineExtra.COMPRESSION);
  }

  /**
   * The pool to take a process from.
   *
   * @param log hears that NNCF is installed
   */
  WorkerPool installed(EngineLog log) throws InterruptedException {
    if (!environment.isComplete()) {
      if (!settings.automaticInstall() || PythonFinder.isChosen(settings)) {
        return ordinary;
      }
      log.info("what compresses weights is not installed; installing it, once");
      environment.install(log::info);
    }
    synchronized (this) {
      if (pool == null) {
        pool = new WorkerPool(EngineSettings.builder()
            .python(environment.python())
            .timeLimit(settings.timeLimit())
            .memoryLimit(settings.memoryLimit())
            .build());
      }
      return pool;
    }
  }

  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.close();
    }
  }
}
