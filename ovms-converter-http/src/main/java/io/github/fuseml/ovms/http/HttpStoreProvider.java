package io.github.fuseml.ovms.http;

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
 * Opens the files of HTTP servers: single ones, and directories that a WebDAV server, an index page
 * of nginx, Apache or Python's {@code http.server}, or a manifest lists.
 *
 * <p><b>Locations</b> are URLs, percent-encoded. A query, such as a signature, is sent with every
 * request for the location and for what lies below it. User and password may stand before the host;
 * they are sent as basic authentication.
 *
 * <p><b>A manifest</b> is a file {@code ovms-manifest.json} in a directory, {@code {"version": 1,
 * "files": [{"path": "a/b.bin", "size": 1234, "sha256": "…"}]}}, with paths relative to the
 * directory and not percent-encoded, sizes in bytes and, where they are given, SHA-256 in
 * hexadecimal. It counts for reading, and saves a request for each file.
 *
 * <p><b>Credentials</b> of the settings go to the first server that a store is used with, by scheme,
 * host and port, and to no other. A redirect to another server is followed without them, ten in a row
 * at most, and never from {@code https} to {@code http}.
 *
 * <p><b>Addresses</b>: link-local ones and those of cloud metadata services are never asked, private
 * ones unless {@code privateAddresses} is {@code refuse}. Names are checked by what they resolve to,
 * on each redirect anew. Java's client resolves a name once more when it connects, through the JVM's
 * own cache ({@code networkaddress.cache.ttl}): where names are hostile, leave that cache on.
 *
 * <p><b>Writing</b>, by the setting of that name: {@code webdav} uploads to a temporary sibling and
 * moves it, under a lock where nothing may be replaced, so that what is created appears whole. A file
 * that exists is replaced by one PUT: Apache rewrites it in place, and who reads it at that moment may
 * see some of both. {@code put} sends the whole file to its place, where it is the server's choice
 * what readers see meanwhile, and whether another writer is noticed.
 *
 * <p>Where a server knows no ranges, a part is read by skipping what is before it; where it tells no
 * size at all, a file of up to 64 MiB is read once to count it.
 *
 * <p><b>Speed</b>: Java's client reads 16 KiB at a time unless the JVM was started with {@code
 * -Djdk.httpclient.bufsize=262144}, which is worth it where large models are fetched.
 *
 * <p><b>A proxy's user and password</b> reach it for {@code http:} URLs; for {@code https:} ones Java
 * withholds them unless the JVM was started with {@code -Djdk.http.auth.tunneling.disabledSchemes=},
 * as the command line does.
 *
 * <p>Thread-safe, without state, and so are the stores.
 */
public final class HttpStoreProvider implements ArtifactStoreProvider {
  /** A provider without state. */
  public HttpStoreProvider() {}

  @Override
  public String id() {
    return "http";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("http", "https");
  }

  @Override
  public List<StoreSetting> settings() {
    return HttpSettings.TABLE;
  }

  @Override
  public Optional<URI> endpoint(Location location, StoreSettings settings) {
    HttpSettings.of(settings);
    URI uri = WebAddress.of(location).uri();
    return Optional.of(
        URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath()));
  }

  @Override
  public Optional<HttpProxy> proxy(Location location, StoreSettings settings) {
    return HttpService.proxy(settings, WebAddress.of(location).uri());
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    return new HttpStore(HttpSettings.of(settings), role);
  }
}
