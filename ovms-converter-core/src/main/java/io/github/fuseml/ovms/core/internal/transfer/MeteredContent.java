package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A file of this machine as content that tells how far its write is. Thread-safe. */
final class MeteredContent implements Content {
  private final Content file;
  private final FileProgress progress;

  MeteredContent(Path file, FileProgress progress) {
    this.file = Content.of(file);
    this.progress = progress;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    return file.open(offset, length);
  }

  @Override
  public Optional<Path> file() {
    return file.file();
  }

  @Override
  public void sent(long bytes) {
    progress.sent(bytes);
  }
}
