package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A location as a request needs it: a URI that the client takes, and the credentials that were
 * written into the URL. They never stand in the URI, which libraries print.
 *
 * @param uri the address without user information and fragment, its path never empty
 * @param credentials what stood before the {@code @}; null when nothing did
 */
record WebAddress(URI uri, @Nullable Credentials credentials) {
  private static final Pattern URL = Pattern.compile(
      "(https?)://(?:([^/?#]*)@)?([^/?#@]*)([^?#]*)(\\?[^#]*)?(#.*)?",
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** {@code 2130706433}, {@code 0x7f.1}, {@code 0177.0.0.1}: addresses in disguise. */
  private static final Pattern NUMERIC_HOST =
      Pattern.compile("(0[xX][0-9a-fA-F]*|[0-9]+)(\\.(0[xX][0-9a-fA-F]*|[0-9]+))*\\.?");

  private static final Pattern PLAIN_IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  /**
   * Reads a location.
   *
   * @throws BadRequestException if it is no URL that can be asked for
   */
  static WebAddress of(Location location) {
    Matcher matcher = URL.matcher(location.value());
    if (!matcher.matches()) {
      throw refused(location, "it is no URL of the form https://host/path");
    }
    try {
      String path = matcher.group(4).isEmpty() ? "/" : UrlText.escapePath(matcher.group(4));
      String query = matcher.group(5) == null
          ? ""
          : "?" + UrlText.escapeQuery(matcher.group(5).substring(1));
      URI uri = new URI(matcher.group(1).toLowerCase(Locale.ROOT) + "://" + host(matcher.group(3))
          + path + query);
      requireUsable(uri, location);
      return new WebAddress(uri, userInformation(matcher.group(2)));
    } catch (IllegalArgumentException e) {
      throw refused(location, String.valueOf(e.getMessage()));
    } catch (URISyntaxException e) {
      // Not as the cause: its message repeats the whole URL, signatures included.
      throw refused(location, "it is no valid URL");
    }
  }

  /** A name in other letters than ASCII becomes what the name service knows. */
  private static String host(String authority) {
    boolean ascii = authority.chars().allMatch(c -> c < 128);
    return ascii ? authority : IDN.toASCII(authority, IDN.ALLOW_UNASSIGNED);
  }

  private static void requireUsable(URI uri, Location location) {
    String host = uri.getHost();
    if (host == null || uri.getPort() > 65535) {
      throw refused(location, "it names no valid host and port");
    }
    if (NUMERIC_HOST.matcher(host).matches() && !PLAIN_IPV4.matcher(host).matches()) {
      throw refused(location, "its host is a number that programs read in different ways");
    }
  }

  private static @Nullable Credentials userInformation(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    int colon = text.indexOf(':');
    String username = colon < 0 ? text : text.substring(0, colon);
    String password = colon < 0 ? "" : text.substring(colon + 1);
    return Credentials.basic(decoded(username), decoded(password));
  }

  private static String decoded(String text) {
    Optional<String> decoded = UrlText.decode(text);
    return decoded.orElseThrow(
        () -> new IllegalArgumentException("a broken escape before the '@'"));
  }

  Origin origin() {
    return Origin.of(uri);
  }

  /** Whether its path names a directory, as no file's does. */
  boolean isDirectory() {
    return uri.getRawPath().endsWith("/");
  }

  private static BadRequestException refused(Location location, String found) {
    return new BadRequestException(Problem.of("use the location")
        .on(location)
        .found(found)
        .remedy("write http:// or https://, a host, and a path with a literal '%' as %25"));
  }
}
