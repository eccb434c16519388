package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a service is.
 *
 * <p>A URL says it all. Of a bare {@code host:port} the port decides: 443 is https, any other one
 * http, as OpenVINO Model Server reads {@code S3_ENDPOINT}. A bare {@code host} is https, except for
 * this machine's own. AWS's own addresses are no endpoint of somebody else's: they stand for AWS, and
 * for a region if they name one.
 *
 * @param uri the service; null for AWS
 * @param awsRegion the region that an address of AWS's named; null when there is none
 */
record S3Endpoint(@Nullable URI uri, @Nullable String awsRegion) {
  static final S3Endpoint AWS = new S3Endpoint(null, null);

  private static final Pattern AWS_HOST = Pattern.compile(
      "s3(?:[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-\\d))?\\.amazonaws\\.com(?:\\.cn)?");
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Reads an endpoint as a person writes it. */
  static S3Endpoint parse(String text) {
    String stripped = text.strip();
    URI uri = uri(stripped.contains("://") ? stripped : guessScheme(stripped) + "://" + stripped);
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw refused("it is no http: or https: URL, nor host or host:port", null);
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused("it holds user information, a query or a fragment", null);
    }
    Matcher aws = AWS_HOST.matcher(uri.getHost().toLowerCase(Locale.ROOT));
    if (aws.matches()) {
      return new S3Endpoint(null, aws.group(1));
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("/+$", "");
    return new S3Endpoint(uri(scheme + "://" + uri.getRawAuthority() + path), null);
  }

  /** AWS's own address for a region; the one for all when none is known. */
  static URI aws(@Nullable String region) {
    if (region == null) {
      return URI.create("https://s3.amazonaws.com");
    }
    String china = region.startsWith("cn-") ? ".cn" : "";
    return URI.create("https://s3." + region + ".amazonaws.com" + china);
  }

  /** Whether the service is on this machine, as far as the address itself says. */
  boolean isThisMachine() {
    return uri != null && THIS_MACHINE.contains(uri.getHost().toLowerCase(Locale.ROOT));
  }

  private static String guessScheme(String text) {
    String authority = text.replaceFirst("/.*$", "");
    Matcher port = Pattern.compile("^(.*):(\\d+)$").matcher(authority);
    if (port.matches()) {
      return port.group(2).equals("443") ? "https" : "http";
    }
    return THIS_MACHINE.contains(authority.toLowerCase(Locale.ROOT)) ? "http" : "https";
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Without the cause, whose message holds the whole text: somebody may have put a secret
      // there.
      throw refused("it cannot be read: " + e.getReason(), null);
    }
  }

  private static BadRequestException refused(String found, @Nullable Throwable cause) {
    return new BadRequestException(
        Problem.of("use the setting")
            .on("'" + S3Settings.ENDPOINT.name() + "'")
            .found(found)
            .remedy("write for example https://minio.example.com:9000"),
        cause);
  }
}
