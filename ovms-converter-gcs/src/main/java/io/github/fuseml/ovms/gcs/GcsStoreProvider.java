package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.HttpProxy;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens stores of Google Cloud Storage, and of emulators of it, for locations {@code
 * gs://bucket/name}. The name is taken literally: nothing in it is decoded.
 *
 * <p>Credentials are Google's application default credentials unless a setting says otherwise, and
 * where there are none, requests go without, as public buckets allow. They are sent to Google alone,
 * or to another {@code endpoint} when the setting {@code credentials} is {@code file}. The
 * environment is looked at only for application default credentials.
 *
 * <p>With an HMAC key in {@code accessKeyId} and {@code secretAccessKey} the store is one of S3 that
 * speaks to Google's S3-compatible API; that needs {@code ovms-converter-s3} on the class path, and
 * such a store cannot hold {@link io.github.fuseml.ovms.spi.StoreCapability#CREATE_ONLY}.
 *
 * <p>Thread-safe, without state. Google's client is loaded by {@link #open}, not before.
 */
public final class GcsStoreProvider implements ArtifactStoreProvider {
  /** Makes the provider. */
  public GcsStoreProvider() {}

  @Override
  public String id() {
    return "gcs";
  }

  @Override
  public Set<String> schemes() {
    return Set.of(GcsLocation.SCHEME);
  }

  @Override
  public List<StoreSetting> settings() {
    return GcsSettings.ALL;
  }

  /**
   * Where the requests for a location go.
   *
   * @param location a location {@code gs://bucket/…}
   * @param settings the settings of that side
   * @return the endpoint that is set, else Google's; with an HMAC key that of the S3-compatible API
   */
  @Override
  public Optional<URI> endpoint(Location location, StoreSettings settings) {
    GcsLocation.of(location);
    GcsSettings read = GcsSettings.of(settings);
    return Optional.of(
        read.usesHmacKey() ? Interop.endpoint(read) : read.endpoint().uri());
  }

  @Override
  public Optional<HttpProxy> proxy(Location location, StoreSettings settings) {
    GcsSettings read = GcsSettings.of(settings);
    return read.usesHmacKey() ? Interop.proxy(read) : read.proxy(read.endpoint().uri());
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    GcsSettings read = GcsSettings.of(settings);
    return read.usesHmacKey() ? Interop.open(read, role) : GcsStore.open(read);
  }
}
