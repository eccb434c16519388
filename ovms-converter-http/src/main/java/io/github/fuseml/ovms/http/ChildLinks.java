package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which links of a listing lead to what lies directly in the directory. Everything else on a page,
 * such as the way to the parent, to another order of the list, to another server or to a script, is
 * no part of the listing.
 *
 * <p>Not by {@code java.net.URI}: pages hold links that it refuses.
 */
final class ChildLinks {
  private static final Pattern SCHEME = Pattern.compile("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*");

  private final Location directory;
  private final String origin;
  private final Optional<String> base;

  /**
   * The links of a directory.
   *
   * @param page the directory's own address, its path ending in a slash
   * @param directory what the caller named, for messages
   */
  ChildLinks(URI page, Location directory) {
    this.directory = directory;
    this.origin = page.getScheme() + "://" + page.getRawAuthority();
    this.base = UrlText.decode(page.getRawPath());
  }

  /**
   * What a link leads to.
   *
   * @param href the link as it stands in the page
   * @return a file or directory; empty when it does not lead to a child
   * @throws TransferException if it leads to a child whose name is not safe
   */
  Optional<Child> child(String href) {
    String path = withoutQuery(href.strip());
    if (SCHEME.matcher(path).matches()) {
      if (!path.regionMatches(true, 0, origin + "/", 0, origin.length() + 1)) {
        return Optional.empty();
      }
      path = path.substring(origin.length());
    } else if (path.startsWith("//")) {
      String authority = origin.substring(origin.indexOf(':') + 1) + "/";
      if (!path.toLowerCase(Locale.ROOT).startsWith(authority.toLowerCase(Locale.ROOT))) {
        return Optional.empty();
      }
      path = path.substring(authority.length() - 1);
    }
    return path.startsWith("/") ? absolute(path) : relative(path);
  }

  private static String withoutQuery(String href) {
    int end = href.length();
    for (char mark : new char[] {'?', '#'}) {
      int index = href.indexOf(mark);
      end = index < 0 ? end : Math.min(end, index);
    }
    return href.substring(0, end);
  }

  /** A path of the server: its parts before the last segment have to be the directory. */
  private Optional<Child> absolute(String path) {
    int slash = path.lastIndexOf('/', path.length() - 2);
    Optional<String> parent = UrlText.decode(path.substring(0, slash + 1));
    return parent.isPresent() && parent.equals(base)
        ? relative(path.substring(slash + 1))
        : Optional.empty();
  }

  private Optional<Child> relative(String path) {
    String below = path;
    while (below.startsWith("./")) {
      below = below.substring(2);
    }
    boolean isDirectory = below.endsWith("/");
    String segment = isDirectory ? below.substring(0, below.length() - 1) : below;
    if (segment.isEmpty()
        || segment.equals(".")
        || segment.equals("..")
        || segment.indexOf('/') >= 0) {
      return Optional.empty();
    }
    String name = UrlText.decode(segment).orElse("");
    if (name.indexOf('/') >= 0 || !ArtifactPaths.isSafe(name)) {
      throw new TransferException(Problem.of("list")
          .on(directory)
          .found("the link '" + printable(segment) + "' leads to no safe name")
          .remedy("rename it, or give a directory that does not hold it"));
    }
    return Optional.of(isDirectory ? Child.directory(name) : Child.file(name));
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "\uFFFD");
  }
}
