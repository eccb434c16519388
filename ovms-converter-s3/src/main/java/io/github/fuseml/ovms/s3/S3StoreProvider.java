package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.HttpProxy;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens stores of S3 and of what speaks its protocol, such as MinIO, for locations {@code
 * s3://bucket/key}. The key is taken literally: nothing in it is decoded.
 *
 * <p>Without an {@code endpoint} the service is AWS. With one, the defaults are those that work
 * everywhere: the bucket in the path, the region {@code us-east-1}, no look for credentials of an
 * instance of AWS's.
 *
 * <p>A store reads from the environment and the files of AWS's tools only what is not given: the
 * credentials when there is no {@code accessKeyId}, and the region when there is neither {@code
 * region} nor {@code endpoint}. Two stores never share credentials.
 *
 * <p>{@link io.github.fuseml.ovms.spi.WriteMode#CREATE_ONLY} is a conditional request ({@code
 * If-None-Match: *}), which AWS, MinIO and most others honour. A service that ignores it is taken at
 * its word; a look before each large file is then all that holds.
 *
 * <p>Thread-safe, without state. The AWS SDK is loaded by {@link #open}, not before.
 */
public final class S3StoreProvider implements ArtifactStoreProvider {
  private static final String SCHEME = "s3";
  private static final URI GOOGLE = URI.create("https://storage.googleapis.com");

  /** Makes the provider. */
  public S3StoreProvider() {}

  @Override
  public String id() {
    return SCHEME;
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public List<StoreSetting> settings() {
    return S3Settings.ALL;
  }

  /**
   * Where the requests for a location go.
   *
   * @param location a location {@code s3://bucket/…}
   * @param settings the settings of that side
   * @return the endpoint that is set, else AWS's of the region
   */
  @Override
  public Optional<URI> endpoint(Location location, StoreSettings settings) {
    S3Location.of(location, SCHEME);
    return Optional.of(S3Settings.of(settings).service());
  }

  @Override
  public Optional<HttpProxy> proxy(Location location, StoreSettings settings) {
    return S3Settings.of(settings).proxy();
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    return S3Store.open(S3Settings.of(settings), SCHEME, S3Dialect.S3);
  }

  /**
   * Opens a store of Google's, or of a server that takes its place, through the S3-compatible XML
   * API, for locations of another scheme: {@code gs://bucket/key}. The credentials are an HMAC key
   * of Google's.
   *
   * <p>The settings are those of {@link #settings()}; {@code endpoint} is {@code
   * https://storage.googleapis.com} and {@code region} is {@code auto} when they are not set. The
   * endpoint of AWS counts as not set, for the images of a FuseML step set it by default.
   *
   * <p>Google's service ignores {@code If-None-Match} when it writes. So the store does not have
   * {@link io.github.fuseml.ovms.spi.StoreCapability#CREATE_ONLY}: it looks before it writes, and of
   * two writers at the same time both may succeed. No checksum headers of AWS's are sent, which the
   * service refuses; uploads are compared by their MD5, and {@code x-goog-hash} is read.
   *
   * @param settings the settings of that side
   * @param role which side it is
   * @param scheme the scheme of the locations, {@code gs}
   * @return a new store, closed by the caller
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting is wrong
   */
  public static ArtifactStore openInterop(StoreSettings settings, StoreRole role, String scheme) {
    return S3Store.open(S3Settings.of(interop(settings)), scheme, S3Dialect.GOOGLE);
  }

  /**
   * Where the requests of {@link #openInterop} go.
   *
   * @param settings the settings of that side
   * @return the endpoint that is set, else Google's
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting is wrong
   */
  public static URI interopEndpoint(StoreSettings settings) {
    URI endpoint = S3Settings.of(interop(settings)).endpoint();
    return endpoint == null ? GOOGLE : endpoint;
  }

  /**
   * The proxy that the requests of {@link #openInterop} go by.
   *
   * @param settings the settings of that side
   * @return the proxy; empty for none
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting is wrong
   */
  public static Optional<HttpProxy> interopProxy(StoreSettings settings) {
    return S3Settings.of(interop(settings)).proxy();
  }

  private static StoreSettings interop(StoreSettings settings) {
    StoreSettings defaults = StoreSettings.of(
        Map.of(S3Settings.ENDPOINT.name(), GOOGLE.toString(), S3Settings.REGION.name(), "auto"));
    StoreSettings all = defaults.with(settings);
    boolean aws = S3Settings.of(all).endpoint() == null;
    return aws
        ? all.with(StoreSettings.of(Map.of(S3Settings.ENDPOINT.name(), GOOGLE.toString())))
        : all;
  }
}
