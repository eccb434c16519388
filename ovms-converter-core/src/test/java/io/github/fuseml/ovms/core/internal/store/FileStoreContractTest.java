package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest extends ArtifactStoreContract {
  @TempDir
  Path directory;

  @Override
  protected ArtifactStoreProvider provider() {
    return new FileStoreProvider();
  }

  @Override
  protected Location newBase() {
    return Location.of(directory.resolve("a base"));
  }

  /** Past the store, which waits for the disk at each file. */
  @Override
  protected void putAll(Location below, Map<String, byte[]> contents) {
    contents.forEach((path, content) -> {
      try {
        Path file = below.toPath().resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Override
  protected List<String> hostilePaths() {
    return List.of("a\\b", "deep/a\\b", "a\\b/deep"); // The others cannot be on a disk.
  }

  @Override
  protected boolean putEmptyDirectory(Location directory) {
    return directory.toPath().toFile().mkdirs();
  }
}
