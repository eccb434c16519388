package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.Content;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An artifact that was fetched and checked before it is sent on.
 *
 * @param directory a directory that holds it alone, and goes with it
 * @param sha256 the SHA-256 of its content
 */
record StagedFile(Path directory, @Nullable String sha256) implements Copier.StagedContent {
  @Override
  public Content content(FileProgress progress) {
    return new MeteredContent(directory.resolve("content"), progress);
  }

  @Override
  public void close() {
    try {
      DurableFiles.deleteTree(directory);
    } catch (IOException e) {
      // It goes with the run's work directory.
    }
  }
}
