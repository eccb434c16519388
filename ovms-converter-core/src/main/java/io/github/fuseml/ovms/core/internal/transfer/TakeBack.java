package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Undoes what a copy has made that then failed: each as long as it is still what was written. */
final class TakeBack {
  private static final int WORKERS = 16;
  private static final int SHOWN = 3;

  private final ArtifactStore store;
  private final TransferEngine.CopyTarget target;
  private final Queue<StoredArtifact> todo;
  private final Set<String> left = ConcurrentHashMap.newKeySet();

  private TakeBack(
      ArtifactStore store, List<StoredArtifact> copies, TransferEngine.CopyTarget target) {
    this.store = store;
    this.target = target;
    this.todo = new ConcurrentLinkedQueue<>(copies);
    copies.forEach(copy -> left.add(copy.path()));
  }

  /**
   * Removes copies, or puts back what they have replaced.
   *
   * @param copies those that can be undone
   * @param target knows how, and hears what could not be
   * @param patience how long that may take
   */
  static void run(
      ArtifactStore store,
      List<StoredArtifact> copies,
      TransferEngine.CopyTarget target,
      Duration patience) {
    TakeBack run = new TakeBack(store, copies, target);
    WorkerGroup group = new WorkerGroup(new TransferState(), WORKERS);
    for (int i = 0; i < Math.min(WORKERS, copies.size()); i++) {
      group.start(run::work);
    }
    group.join(patience);
    group.interrupt();
    if (!run.left.isEmpty()) {
      List<String> shown = new TreeSet<>(run.left).stream().limit(SHOWN).toList();
      int more = run.left.size() - shown.size();
      target
          .warn()
          .accept("what was copied before the failure could not all be removed again: "
              + String.join(", ", shown) + (more > 0 ? " and " + more + " more" : ""));
    }
  }

  private void work() {
    for (StoredArtifact copy = todo.poll(); copy != null; copy = todo.poll()) {
      try {
        remove(copy);
        left.remove(copy.path()); // Or somebody else's by now, or gone.
      } catch (OvmsConverterException e) {
        // It stays in the list of what is left, which is told.
      }
    }
  }

  private void remove(StoredArtifact copy) {
    boolean own = store
        .find(copy.location())
        .filter(now -> now.size() == copy.size())
        .filter(now -> Objects.equals(now.revision(), copy.revision()))
        .isPresent();
    if (own) {
      target.undo(store, copy);
    }
  }
}
