package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.s3.S3StoreProvider;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.HttpProxy;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The way of HMAC keys: Google's S3-compatible API, by the store of S3. */
final class Interop {
  /** What has one name and meaning in both stores. */
  private static final List<StoreSetting> SHARED = List.of(
      GcsSettings.ACCESS_KEY_ID,
      GcsSettings.SECRET_ACCESS_KEY,
      GcsSettings.STORAGE_CLASS,
      GcsSettings.CA_CERTIFICATE,
      GcsSettings.INSECURE_TLS,
      GcsSettings.CONNECT_TIMEOUT,
      GcsSettings.REQUEST_TIMEOUT,
      GcsSettings.MAX_ATTEMPTS,
      GcsSettings.PROXY);

  private Interop() {}

  static ArtifactStore open(GcsSettings settings, StoreRole role) {
    return withS3(() -> S3StoreProvider.openInterop(translate(settings), role, GcsLocation.SCHEME));
  }

  static URI endpoint(GcsSettings settings) {
    return withS3(() -> S3StoreProvider.interopEndpoint(translate(settings)));
  }

  static Optional<HttpProxy> proxy(GcsSettings settings) {
    return withS3(() -> S3StoreProvider.interopProxy(translate(settings)));
  }

  private static StoreSettings translate(GcsSettings settings) {
    StoreSettings values = settings.values();
    Map<String, String> translated = new TreeMap<>();
    SHARED.forEach(
        setting -> values.text(setting).ifPresent(value -> translated.put(setting.name(), value)));
    values.text(GcsSettings.S3_ENDPOINT).ifPresent(value -> translated.put("endpoint", value));
    return StoreSettings.of(translated);
  }

  private static <T> T withS3(Supplier<T> work) {
    try {
      return work.get();
    } catch (NoClassDefFoundError e) {
      throw new BadRequestException(
          Problem.of("use the HMAC key of the setting")
              .on("'" + GcsSettings.ACCESS_KEY_ID.name() + "'")
              .found("the store of S3 is not on the class path")
              .remedy("add io.github.fuseml:ovms-converter-s3, or use credentials of Google's own"),
          e);
    }
  }
}
