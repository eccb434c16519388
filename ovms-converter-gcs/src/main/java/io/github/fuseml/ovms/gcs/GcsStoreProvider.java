package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.s3.S3StoreProvider;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Google Cloud Storage, for locations {@code gs://bucket/object}, by its JSON interface.
 *
 * <p>With an HMAC key in place of Google's own credentials its S3-compatible interface is used, by
 * {@code ovms-converter-s3}, which has to be on the class path for it. That interface cannot create
 * an object only where there is none.
 *
 * <p>Thread-safe, without state. Google's libraries are loaded by {@link #open}, not before.
 */
public final class GcsStoreProvider implements ArtifactStoreProvider {
  static final String SCHEME = "gs";

  /** Makes the provider. */
  public GcsStoreProvider() {}

  @Override
  public String id() {
    return "gcs";
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public List<StoreSetting> settings() {
    return GcsSettings.ALL;
  }

  @Override
  public Optional<URI> endpoint(Location location, StoreSettings settings) {
    GcsLocation.of(location);
    GcsSettings read = GcsSettings.of(settings);
    return Optional.of(read.usesHmac() ? Interop.endpoint(read) : read.endpoint());
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    GcsSettings read = GcsSettings.of(settings);
    return read.usesHmac() ? Interop.open(read, role) : GcsStore.open(read);
  }

  /** The S3-compatible interface, whose module may be missing. */
  private static final class Interop {
    private Interop() {}

    static ArtifactStore open(GcsSettings settings, StoreRole role) {
      try {
        return S3StoreProvider.openInterop(settings.forS3(), role, SCHEME);
      } catch (NoClassDefFoundError e) {
        throw missing(e);
      }
    }

    static URI endpoint(GcsSettings settings) {
      try {
        return S3StoreProvider.interopEndpoint(settings.forS3());
      } catch (NoClassDefFoundError e) {
        throw missing(e);
      }
    }

    private static BadRequestException missing(NoClassDefFoundError cause) {
      return new BadRequestException(
          Problem.of("use an HMAC key for Google's store")
              .found("the store of S3, which speaks that interface, is not on the class path")
              .remedy("add the artifact io.github.fuseml:ovms-converter-s3, or use Google's own"
                  + " credentials ('credentialsFile', or 'credentials' = default)"),
          cause);
    }
  }
}
