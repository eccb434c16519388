package io.github.fuseml.ovms.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where something is: a local path or a URL, kept exactly as it was given.
 *
 * <p>{@code java.net.URI} is not used on purpose: object keys hold characters that it refuses or
 * rewrites. A text of the form {@code scheme:/…} is a URL of that scheme; everything else is a
 * local path, taken literally (a {@code %20} in a plain path is three characters). A {@code file:}
 * URL is percent-decoded. An {@code http:} or {@code https:} URL is percent-encoded, as URLs of the
 * web are: what is resolved against it is encoded, and names taken out of it are decoded. In all
 * others, such as {@code s3://bucket/100%}, every character stands for itself.
 *
 * <p>{@link #toString()} is safe to print: it leaves out the user information and the query of a
 * URL, which may hold credentials or a signature.
 */
public final class Location {
  private static final Pattern URL =
      Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]+):(/.*)$", Pattern.DOTALL);
  private static final Pattern USER_INFO = Pattern.compile("^([^:]+://)[^/?#]*@");

  private final String value;
  private final String scheme;

  private Location(String value, String scheme) {
    this.value = value;
    this.scheme = scheme;
  }

  /**
   * Reads a location as a person writes it.
   *
   * @param text a local path, relative ones against the working directory, or {@code scheme:/…}
   * @return the location
   * @throws BadRequestException if the text is empty, holds a NUL character, or is a {@code file:}
   *     URL of another host or with a broken escape
   */
  public static Location of(String text) {
    Objects.requireNonNull(text, "text");
    if (text.isBlank() || text.indexOf('\0') >= 0) {
      throw new BadRequestException(Problem.of("read a location")
          .found(text.isBlank() ? "it is empty" : "it holds a NUL character")
          .remedy("give a local path or a URL such as s3://bucket/model"));
    }
    Matcher matcher = URL.matcher(text);
    if (!matcher.matches()) {
      return of(localPath(text));
    }
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    if (scheme.equals("file")) {
      return of(localPath(decodeFileUrl(text, matcher.group(2))));
    }
    return new Location(text, scheme);
  }

  /**
   * The location of a local path.
   *
   * @param path a path of the default file system
   * @return its absolute location, of the scheme {@code file}
   */
  public static Location of(Path path) {
    return new Location(path.toAbsolutePath().normalize().toString(), "file");
  }

  private static Path localPath(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new BadRequestException(
          Problem.of("read a location")
              .on(text)
              .found(e.getReason())
              .remedy("give a valid local path"),
          e);
    }
  }

  private static String decodeFileUrl(String text, String path) {
    String local = path;
    if (path.startsWith("//")) {
      int slash = path.indexOf('/', 2);
      String host = slash < 0 ? path.substring(2) : path.substring(2, slash);
      if (slash < 0 || !(host.isEmpty() || host.equalsIgnoreCase("localhost"))) {
        throw new BadRequestException(Problem.of("read a location")
            .on(text)
            .found("a file: URL of the host '" + host + "'")
            .remedy("write file:///absolute/path, or the plain path"));
      }
      local = path.substring(slash);
    }
    try {
      // '+' is an ordinary character in a path; only the decoder, made for forms, treats it
      // otherwise.
      String decoded = URLDecoder.decode(local.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (decoded.indexOf('\0') < 0) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one refusal below.
    }
    throw new BadRequestException(Problem.of("read a location")
        .on(text)
        .found("a broken percent escape")
        .remedy("escape a literal '%' as %25, or give the plain path"));
  }

  /**
   * The location's exact text, secrets included: for stores only, never for messages.
   *
   * @return the URL as it was given, or the absolute local path
   */
  public String value() {
    return value;
  }

  /**
   * The scheme that chooses the store.
   *
   * @return the scheme in lower case; {@code file} for a local path
   */
  public String scheme() {
    return scheme;
  }

  /**
   * Whether this is a path of the local file system.
   *
   * @return true for the scheme {@code file}
   */
  public boolean isLocal() {
    return scheme.equals("file");
  }

  /**
   * The local path.
   *
   * @return the absolute path
   * @throws IllegalStateException if this location is not local
   */
  public Path toPath() {
    if (!isLocal()) {
      throw new IllegalStateException("not a local location: " + this);
    }
    return Path.of(value);
  }

  /**
   * The location of something below this one.
   *
   * @param relative a name, or several separated by {@code /}, taken literally
   * @return this location, one slash, and the name; a query stays at the end
   */
  public Location resolve(String relative) {
    String base = path();
    String query = value.substring(base.length());
    String shortened = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    String name = isWeb() ? WebPath.encode(relative) : relative;
    return new Location(shortened + "/" + name + query, scheme);
  }

  /**
   * The directory that this location lies in.
   *
   * @return this location without its last segment; itself when it is a root
   */
  public Location parent() {
    String path = stripSlashes(path());
    int slash = path.lastIndexOf('/');
    if (slash < 0 || path.length() <= authorityEnd()) {
      return this;
    }
    String parent = path.substring(0, Math.max(slash, isLocal() ? 1 : authorityEnd()));
    return new Location(parent + value.substring(path().length()), scheme);
  }

  /** Where the path begins, behind {@code scheme://authority}. */
  private int authorityEnd() {
    if (isLocal()) {
      return 1;
    }
    String prefix = scheme + "://";
    if (!value.regionMatches(true, 0, prefix, 0, prefix.length())) {
      return scheme.length() + 1; // scheme:/path
    }
    int slash = path().indexOf('/', prefix.length());
    return slash < 0 ? path().length() : slash;
  }

  /**
   * The last segment of the path.
   *
   * @return the name without slashes, never with a query; empty for a root
   */
  public String name() {
    String path = path();
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    int start = path.lastIndexOf('/', end - 1) + 1;
    if (end <= authorityEnd()) {
      return "";
    }
    String name = path.substring(start, end);
    return isWeb() ? WebPath.decode(name) : name;
  }

  /**
   * Where {@code other} lies below this location.
   *
   * @param other a location
   * @return its path relative to this one, without a leading slash, empty when both are the same;
   *     null when it does not lie below
   */
  public @Nullable String relativize(Location other) {
    if (!scheme.equals(other.scheme)) {
      return null;
    }
    String base = stripSlashes(path());
    String target = stripSlashes(other.path());
    if (base.equals(target)) {
      return "";
    }
    String prefix = base.endsWith("/") ? base : base + "/";
    if (!target.startsWith(prefix)) {
      return null;
    }
    String below = target.substring(prefix.length());
    return isWeb() ? WebPath.decode(below) : below;
  }

  /** Whether it is percent-encoded and may have a query. */
  private boolean isWeb() {
    return scheme.equals("http") || scheme.equals("https");
  }

  /** The text without a query or fragment: an object key may hold a '?', a URL of the web may not. */
  private String path() {
    if (!isWeb()) {
      return value;
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) == '?' || value.charAt(i) == '#') {
        return value.substring(0, i);
      }
    }
    return value;
  }

  private static String stripSlashes(String text) {
    int end = text.length();
    while (end > 1 && text.charAt(end - 1) == '/') {
      end--;
    }
    return text.substring(0, end);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Location that && value.equals(that.value) && scheme.equals(that.scheme);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /**
   * The location for people and logs.
   *
   * @return the text without user information, and with {@code ?…} in place of a query
   */
  @Override
  public String toString() {
    if (isLocal()) {
      return value;
    }
    String shown = USER_INFO.matcher(path()).replaceFirst("$1");
    String rest = value.substring(path().length());
    return rest.isEmpty() ? shown : shown + rest.charAt(0) + "…";
  }
}
