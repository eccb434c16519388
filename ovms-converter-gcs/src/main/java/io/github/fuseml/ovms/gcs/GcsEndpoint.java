package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/**
 * Where the service is: Google, or an emulator. A URL says it all; a bare {@code host:port} or this
 * machine is http, another bare {@code host} is https.
 *
 * @param uri the address without a slash at its end
 */
record GcsEndpoint(URI uri) {
  static final GcsEndpoint GOOGLE = new GcsEndpoint(URI.create("https://storage.googleapis.com"));

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Reads an endpoint as a person writes it. */
  static GcsEndpoint parse(String text) {
    String stripped = text.strip();
    URI uri = uri(stripped.contains("://") ? stripped : guessScheme(stripped) + "://" + stripped);
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw refused("it is no http: or https: URL, nor host or host:port");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused("it holds user information, a query or a fragment");
    }
    return new GcsEndpoint(
        uri(scheme + "://" + uri.getRawAuthority() + uri.getRawPath().replaceFirst("/+$", "")));
  }

  private static String guessScheme(String text) {
    String authority = text.replaceFirst("/.*$", "");
    if (authority.endsWith(":443")) {
      return "https";
    }
    boolean plain =
        authority.matches(".*:\\d+") || THIS_MACHINE.contains(authority.toLowerCase(Locale.ROOT));
    return plain ? "http" : "https";
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Without the cause, whose message holds the whole text: somebody may have put a secret
      // there.
      throw refused("it cannot be read: " + e.getReason());
    }
  }

  private static BadRequestException refused(String found) {
    return new BadRequestException(Problem.of("use the setting")
        .on("'" + GcsSettings.ENDPOINT.name() + "'")
        .found(found)
        .remedy("write for example http://127.0.0.1:4443"));
  }

  /** Whether it is one of Google's own addresses, also a regional or a private one. */
  boolean isGoogle() {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return uri.getScheme().equals("https")
        && (host.equals("storage.googleapis.com") || host.endsWith(".googleapis.com"));
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
