package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is directly in a directory, by whatever way its server tells it. Thread-safe. */
final class Directories {
  private static final int MANIFEST_LIMIT = 32 * 1024 * 1024;
  private static final int LISTING_LIMIT = 64 * 1024 * 1024;

  /**
   * What servers answer to every PROPFIND that do not have WebDAV, or not for us. A page is asked for
   * after any other answer too: some say of a method that they do not know that nothing is there.
   */
  private static final Set<Integer> NO_DAV = Set.of(200, 400, 401, 403, 405, 406, 415, 501);

  private static final Set<Integer> BUSY = Set.of(429, 503);

  private static final Pattern LOGIN =
      Pattern.compile("<input\\b[^>]{0,500}type\\s*=\\s*[\"']?password", Pattern.CASE_INSENSITIVE);

  private final Http http;
  private volatile boolean withoutDav;

  Directories(Http http) {
    this.http = http;
  }

  /** The files by the directory's manifest; empty when it has none. */
  Optional<List<Artifact>> manifest(Location directory) {
    Call call = Call.of("list", "GET", directory.resolve(Manifest.NAME));
    try (Answer answer = http.send(call)) {
      if (answer.isMissing() || answer.directory()) {
        return Optional.empty();
      }
      // What may not be read or is not served tells nothing about the directory.
      if (answer.status() == 401 || answer.status() == 403 || answer.status() == 400) {
        return Optional.empty();
      }
      requireSuccess(answer, call);
      byte[] text = body(answer, call, MANIFEST_LIMIT);
      // Some servers answer everything that is not there by a page, and some by one to log in.
      return isPage(text) ? Optional.empty() : Optional.of(Manifest.read(text, directory));
    }
  }

  /** What is in a directory; empty when there is no such directory. */
  Optional<List<Child>> children(Location directory) {
    Location page = directory.resolve("");
    if (!withoutDav) {
      Call call = Call.of("list", "PROPFIND", page)
          .with("Depth", "1")
          .with("Content-Type", "application/xml; charset=utf-8")
          .withText(Dav.PROPERTIES);
      try (Answer answer = http.send(call)) {
        if (answer.status() == 207) {
          byte[] xml = body(answer, call, LISTING_LIMIT);
          return Dav.children(xml, answer.uri(), directory);
        }
        if (BUSY.contains(answer.status())) {
          throw http.error(answer, call); // The page would only make it busier.
        }
        withoutDav = NO_DAV.contains(answer.status());
      }
    }
    return byPage(page, directory);
  }

  private Optional<List<Child>> byPage(Location page, Location directory) {
    Call call = Call.of("list", "GET", page);
    try (Answer answer = http.send(call)) {
      if (answer.isMissing()) {
        return Optional.empty();
      }
      if (answer.status() == 403) {
        throw new TransferException(Problem.of("list")
            .on(directory)
            .found("the server does not list it (403)")
            .remedy("let it list the directory, put a " + Manifest.NAME
                + " into it, or give the URL of one file"));
      }
      requireSuccess(answer, call);
      URI shown = answer.uri();
      byte[] text = body(answer, call, LISTING_LIMIT);
      requireNoLogin(text, call);
      return Optional.of(IndexPage.read(text, shown, directory));
    }
  }

  private static boolean isPage(byte[] text) {
    String begin = new String(text, 0, Math.min(text.length, 200), StandardCharsets.ISO_8859_1);
    return begin.stripLeading().startsWith("<") || begin.startsWith("\u00EF\u00BB\u00BF<");
  }

  private static void requireNoLogin(byte[] text, Call call) {
    if (LOGIN.matcher(new String(text, StandardCharsets.ISO_8859_1)).find()) {
      throw new AccessDeniedException(
          Problem.of(call.tried())
              .on(call.subject())
              .found("the server shows a page to log in instead")
              .remedy("set token, headers, or username and password, as the server's programs need"
                  + " them"),
          Reason.CREDENTIALS_MISSING,
          null);
    }
  }

  private void requireSuccess(Answer answer, Call call) {
    if (!answer.isSuccess()) {
      throw http.error(answer, call);
    }
  }

  private static byte[] body(Answer answer, Call call, int limit) {
    try {
      byte[] body = answer.body().readNBytes(limit + 1);
      if (body.length <= limit) {
        return body;
      }
    } catch (IOException e) {
      throw HttpErrors.of(e, call);
    }
    throw tooLarge(call, "its listing is larger than " + limit / (1024 * 1024) + " MiB");
  }

  static OvmsConverterException tooLarge(Call call, String found) {
    return new TransferException(Problem.of(call.tried())
        .on(call.location())
        .found(found)
        .remedy("give a directory that holds the model and nothing else"));
  }
}
