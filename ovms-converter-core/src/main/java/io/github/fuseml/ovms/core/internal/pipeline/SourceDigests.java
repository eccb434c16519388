package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.StoredArtifact;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of source files that are used where they are: what is fetched is digested on its way.
 * Each is computed once, in the background where nobody waits for it yet. For the thread of a run.
 */
final class SourceDigests implements AutoCloseable {
  private final Map<String, PublishedFile> known = new HashMap<>();
  private @Nullable FileDigests running;

  /** The digests of files, by their paths. */
  List<PublishedFile> of(Map<String, Path> files) throws InterruptedException {
    start(files);
    await();
    return files.keySet().stream().map(known::get).toList();
  }

  /** Begins to compute what is not known. */
  void start(Map<String, Path> files) {
    Map<String, Path> missing = new LinkedHashMap<>(files);
    missing.keySet().removeAll(known.keySet());
    if (!missing.isEmpty() && running == null) {
      running = FileDigests.start(missing);
    }
  }

  private void await() throws InterruptedException {
    if (running != null) {
      for (PublishedFile file : running.await()) {
        known.put(file.path(), file);
      }
      running = null;
    }
  }

  /** The files with what was computed. */
  List<StoredArtifact> complete(List<StoredArtifact> files) throws InterruptedException {
    await();
    return files.stream().map(this::complete).toList();
  }

  private StoredArtifact complete(StoredArtifact file) {
    PublishedFile digest = known.get(file.path());
    return digest == null || file.sha256() != null
        ? file
        : new StoredArtifact(
            file.location(), file.path(), file.size(), file.revision(), digest.sha256());
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
  }
}
