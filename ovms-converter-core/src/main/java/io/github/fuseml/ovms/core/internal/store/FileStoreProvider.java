package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.util.Set;

/** Opens the store of this machine's files; it has no settings. */
public final class FileStoreProvider implements ArtifactStoreProvider {
  /** A provider without state. */
  public FileStoreProvider() {}

  @Override
  public String id() {
    return "file";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("file");
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    return new FileStore();
  }
}
