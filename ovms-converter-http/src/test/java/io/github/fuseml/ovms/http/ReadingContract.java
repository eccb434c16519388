package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import java.util.Map;

/** The contract of a server that only reads: files are put into its directory behind its back. */
abstract class ReadingContract extends ArtifactStoreContract {
  abstract ServedDirectory served();

  @Override
  protected ArtifactStoreProvider provider() {
    return new HttpStoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return StoreSettings.of(Map.of("writing", "none"));
  }

  @Override
  protected Location newBase() {
    return served().newBase();
  }

  @Override
  protected void put(Location location, byte[] content) {
    served().put(location, content);
  }

  @Override
  protected void remove(Location location) {
    served().remove(location);
  }
}
