package io.github.fuseml.ovms.spi;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy as it is written in settings and variables, {@code http://[user:password@]host:port},
 * and the question which requests go by one. User and password are percent-encoded there, and never
 * printed. Immutable.
 */
public final class HttpProxy {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1");

  private final URI address;
  private final @Nullable String user;
  private final String password;

  private HttpProxy(URI address, @Nullable String user, String password) {
    this.address = address;
    this.user = user;
    this.password = password;
  }

  /**
   * Reads a proxy.
   *
   * @param text a URL {@code http://} or {@code https://}, which is how one speaks to the proxy, of a
   *     host; {@code host:port} is http
   * @return the proxy
   * @throws IllegalArgumentException if it is none; its message says nothing of the text
   */
  public static HttpProxy parse(String text) {
    String stripped = text.strip();
    try {
      boolean bare = !stripped.contains("://");
      URI uri = new URI(bare ? "http://" + stripped : stripped);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean plain = Objects.requireNonNullElse(uri.getRawPath(), "").matches("/?")
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
      boolean said = !bare || uri.getPort() >= 0;
      if (plain && said && uri.getHost() != null && Set.of("http", "https").contains(scheme)) {
        return of(scheme, uri);
      }
    } catch (URISyntaxException e) {
      // Falls through, without the cause: its message repeats the text, a password included.
    }
    throw new IllegalArgumentException("it is no URL of an HTTP proxy");
  }

  private static HttpProxy of(String scheme, URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    URI address = URI.create(scheme + "://" + uri.getHost() + ":" + port);
    String pair = uri.getRawUserInfo();
    if (pair == null || pair.isEmpty()) {
      return new HttpProxy(address, null, "");
    }
    int colon = pair.indexOf(':');
    return new HttpProxy(
        address,
        decoded(colon < 0 ? pair : pair.substring(0, colon)),
        colon < 0 ? "" : decoded(pair.substring(colon + 1)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * The proxy that requests to a server go by, where no setting names one: what Java's system
   * properties say, else the variables {@code https_proxy} or {@code http_proxy} by the server's
   * scheme, {@code all_proxy} and {@code no_proxy}, also in capitals. This machine is asked directly.
   *
   * @param server a URL of the server
   * @param environment the variables
   * @return the proxy; empty for none
   * @throws IllegalArgumentException if a variable holds no proxy
   */
  public static Optional<HttpProxy> ofEnvironment(URI server, Map<String, String> environment) {
    if (THIS_MACHINE.contains(hostOf(server))) {
      return Optional.empty();
    }
    Optional<HttpProxy> ofJava = ofProperties(server);
    if (ofJava.isPresent()) {
      return ofJava;
    }
    String exempt = variable(environment, "no_proxy").orElse("");
    return variable(environment, server.getScheme().toLowerCase(Locale.ROOT) + "_proxy")
        .or(() -> variable(environment, "all_proxy").filter(HttpProxy::isHttp))
        .filter(text -> !isExempt(server, exempt))
        .map(HttpProxy::parse);
  }

  /** That variable may name one of another kind, for other programs. */
  private static boolean isHttp(String text) {
    return !text.contains("://") || text.strip().toLowerCase(Locale.ROOT).startsWith("http");
  }

  private static Optional<HttpProxy> ofProperties(URI server) {
    ProxySelector selector = ProxySelector.getDefault();
    List<Proxy> found = selector == null ? List.of() : selector.select(server);
    return found.stream()
        .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(at -> parse("http://" + at.getHostString() + ":" + at.getPort()))
        .findFirst();
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isBlank())
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT)))
            .filter(value -> !value.isBlank()));
  }

  /**
   * Whether a list of hosts exempts a server from the proxy, as curl and Go read it: a name means
   * itself and what is below it, {@code *} means all, and a port may follow.
   *
   * @param server a URL of the server
   * @param hosts the names, separated by commas or spaces
   * @return whether it is asked without a proxy
   */
  public static boolean isExempt(URI server, String hosts) {
    String host = hostOf(server);
    int port =
        server.getPort() >= 0 ? server.getPort() : server.getScheme().equals("https") ? 443 : 80;
    for (String entry : hosts.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      String name = entry.endsWith(":" + port) ? entry.substring(0, entry.lastIndexOf(':')) : entry;
      name = unbracketed(name).replaceFirst("^\\*?\\.", "");
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  private static String hostOf(URI server) {
    return unbracketed(Objects.requireNonNullElse(server.getHost(), "").toLowerCase(Locale.ROOT));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /**
   * Where it is.
   *
   * @return scheme, host and port, and nothing else
   */
  public URI address() {
    return address;
  }

  /**
   * Who may use it.
   *
   * @return the user; empty when it asks nobody
   */
  public Optional<String> user() {
    return Optional.ofNullable(user);
  }

  /**
   * The user's password, a secret.
   *
   * @return the password, possibly empty
   */
  public String password() {
    return password;
  }

  /**
   * The proxy for people.
   *
   * @return its address
   */
  @Override
  public String toString() {
    return address.toString();
  }
}
