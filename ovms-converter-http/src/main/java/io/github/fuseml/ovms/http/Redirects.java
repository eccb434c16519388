package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/**
 * Where a redirect leads, and whether it is followed. Not left to the client, which several releases
 * of let take credentials along to another server.
 */
final class Redirects {
  /** As many as browsers and curl are near to, and enough for every honest chain. */
  static final int LIMIT = 10;

  /** Those that keep the method, and with it the body. */
  private static final Set<Integer> SAME_METHOD = Set.of(307, 308);

  private static final Set<Integer> FOR_READS = Set.of(301, 302, 303, 307, 308);

  private Redirects() {}

  /**
   * The next hop.
   *
   * @return empty when the answer is no redirect, or none for this kind of request
   * @throws TransferException if it leads where nobody should follow
   */
  static Optional<URI> next(Call call, Answer answer) {
    Set<Integer> followed = call.isRead() ? FOR_READS : SAME_METHOD;
    if (!followed.contains(answer.status())) {
      return Optional.empty();
    }
    String target = answer.header("Location").orElse("");
    if (target.isEmpty()) {
      throw refused(call, "the server redirects without saying where to", "ask its operator");
    }
    URI next = resolve(call, answer.uri(), target);
    Origin from = Origin.of(answer.uri());
    Origin to = Origin.of(next);
    if (from.isSecure() && !to.isSecure()) {
      throw refused(
          call,
          "the server redirects from https to http, to " + to,
          "give a location that stays encrypted, or that http: address itself");
    }
    if (!call.isRead() && !call.method().equals("PUT") && !from.equals(to)) {
      throw refused(
          call,
          "the server redirects a change to another server, " + to,
          "give the location on that server");
    }
    return Optional.of(next);
  }

  private static URI resolve(Call call, URI base, String target) {
    try {
      String absolute = target.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*")
          ? target
          : base.resolve(new URI(escaped(target))).toString();
      return WebAddress.of(Location.of(absolute)).uri();
    } catch (URISyntaxException | IllegalArgumentException | BadRequestException e) {
      // Not as the cause: the target may be signed, and these repeat it.
      throw refused(
          call, "the server redirects to what is no http: or https: URL", "ask its operator");
    }
  }

  /** Servers send targets with spaces and other letters in them. */
  private static String escaped(String target) {
    int fragment = target.indexOf('#');
    String whole = fragment < 0 ? target : target.substring(0, fragment);
    int query = whole.indexOf('?');
    return query < 0
        ? UrlText.escapePath(whole)
        : UrlText.escapePath(whole.substring(0, query))
            + "?"
            + UrlText.escapeQuery(whole.substring(query + 1));
  }

  /** Whether a redirect only adds the slash that makes a path a directory's. */
  static boolean addsSlash(URI from, URI to) {
    String path = from.getRawPath();
    return !path.endsWith("/")
        && UrlText.decode(path + "/").equals(UrlText.decode(to.getRawPath()));
  }

  static TransferException tooMany(Call call) {
    return refused(
        call,
        "the server redirects more than " + LIMIT + " times, perhaps in a circle",
        "open the URL in a browser: it may want a login");
  }

  private static TransferException refused(Call call, String found, String remedy) {
    return new TransferException(
        Problem.of(call.tried()).on(call.subject()).found(found).remedy(remedy));
  }
}
