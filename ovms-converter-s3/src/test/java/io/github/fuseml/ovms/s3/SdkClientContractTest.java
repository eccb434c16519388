package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.util.List;
import java.util.Set;

/** The store's contract on MinIO, by the SDK's client alone, as AWS itself is spoken to. */
class SdkClientContractTest extends MinioContractTest {
  @Override
  protected ArtifactStoreProvider provider() {
    ArtifactStoreProvider provider = super.provider();
    return new ArtifactStoreProvider() {
      @Override
      public String id() {
        return provider.id();
      }

      @Override
      public Set<String> schemes() {
        return provider.schemes();
      }

      @Override
      public List<StoreSetting> settings() {
        return provider.settings();
      }

      @Override
      public ArtifactStore open(StoreSettings settings, StoreRole role) {
        return S3Store.open(S3Settings.of(settings), "s3", S3Dialect.S3, false);
      }
    };
  }
}
