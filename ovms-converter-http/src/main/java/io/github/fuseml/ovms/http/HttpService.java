package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.HttpProxy;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A client for a service that speaks HTTP, for stores that are built upon one. It sends requests as the
 * store of this module does: to guarded addresses, through proxies, with its own view of TLS, over
 * redirects, with time limits, again where that may help, and with the credentials of the settings for
 * one server alone.
 *
 * <p>Thread-safe.
 */
public final class HttpService implements AutoCloseable {
  private final Http http;

  /**
   * A client.
   *
   * @param settings settings of the names of {@link #settings()}; others are left to the caller
   * @param server a URL on the server that the credentials are for, by its scheme, host and port
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting or the URL is wrong
   */
  public HttpService(StoreSettings settings, Location server) {
    HttpSettings read = HttpSettings.of(settings);
    Origin origin = WebAddress.of(server).origin();
    this.http = new Http(read, origin);
  }

  /**
   * What can be set for a client, by the names that the store {@code http} has for it. Variables and
   * words may be replaced, names and kinds not.
   *
   * @return the settings
   */
  public static List<StoreSetting> settings() {
    return HttpSettings.TABLE.stream()
        .filter(setting -> !setting.equals(HttpSettings.WRITING))
        .toList();
  }

  /**
   * The proxy that requests to a server go by.
   *
   * @param settings settings of the names of {@link #settings()}
   * @param server a URL on the server
   * @return the proxy; empty for none
   * @throws io.github.fuseml.ovms.api.BadRequestException if a setting is wrong
   */
  public static Optional<HttpProxy> proxy(StoreSettings settings, URI server) {
    return Optional.ofNullable(new Proxies(settings).proxyFor(server));
  }

  /**
   * Sends a request and waits for the headers of its answer.
   *
   * @param request the request
   * @return the answer, whatever its status; to be closed by the caller
   * @throws OvmsConverterException if there is none: the connection failed, or may not be made
   */
  public ServiceReply send(ServiceRequest request) {
    return new ServiceReply(http.send(request.call()), request.call());
  }

  /**
   * The error that the store of this module would throw for an answer.
   *
   * @param reply an answer that is no success
   * @param request what it is the answer to
   * @return an exception to throw, whose problem may be changed first
   */
  public OvmsConverterException error(ServiceReply reply, ServiceRequest request) {
    return http.error(reply.answer(), request.call());
  }

  /**
   * Whether a server is sent credentials.
   *
   * @param url a URL on it
   * @return true if there are credentials in the settings for it, or in the URL itself
   */
  public boolean hasCredentialsFor(Location url) {
    return http.hasCredentialsFor(url);
  }

  @Override
  public void close() {
    http.close();
  }
}
