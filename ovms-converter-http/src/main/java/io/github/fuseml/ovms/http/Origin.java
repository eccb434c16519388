package io.github.fuseml.ovms.http;

import java.net.URI;
import java.util.Locale;

/**
 * A server as credentials see it: they belong to one origin and go to no other.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host's name or address in lower case
 * @param port the port, also where the URL leaves it out
 */
record Origin(String scheme, String host, int port) {
  static Origin of(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  @Override
  public String toString() {
    return scheme + "://" + host + ":" + port;
  }
}
