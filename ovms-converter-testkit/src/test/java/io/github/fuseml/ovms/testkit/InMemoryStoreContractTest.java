package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import java.util.List;

class InMemoryStoreContractTest extends ArtifactStoreContract {
  private final InMemoryStoreProvider provider = new InMemoryStoreProvider();

  @Override
  protected ArtifactStoreProvider provider() {
    return provider;
  }

  @Override
  protected Location newBase() {
    return Location.of("memory://bucket/a test");
  }

  @Override
  protected void put(Location location, byte[] content) {
    provider.put(location, content);
  }

  @Override
  protected List<String> hostilePaths() {
    return List.of("a//b", "./a", "../a", "a/../b", "a/.", "a/..", "a\\b", "a\0b", "/a");
  }

  @Override
  protected boolean isObjectStore() {
    return true;
  }

  @Override
  protected boolean putEmptyDirectory(Location directory) {
    provider.put(Location.of(directory.value() + "/"), new byte[0]);
    return true;
  }
}
