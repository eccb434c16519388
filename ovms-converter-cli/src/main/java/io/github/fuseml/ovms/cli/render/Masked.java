package io.github.fuseml.ovms.cli.render;

import java.util.regex.Pattern;

/**
 * Takes out of texts of others what may be a secret. Our own messages hold none; but libraries put
 * whole URLs into theirs, which stack traces and reports of bugs show.
 */
final class Masked {
  private static final String URL = "://";
  private static final Pattern USER_INFO = Pattern.compile("://[^/?#\\s@]*@");
  private static final Pattern QUERY =
      Pattern.compile("(https?://[^\\s?#'\"<>]*)\\?[^\\s'\"<>)]+", Pattern.CASE_INSENSITIVE);

  private Masked() {}

  /** The text with its URLs, but without user information and queries in them. */
  static String urls(String text) {
    if (!text.contains(URL)) {
      return text;
    }
    String anonymous = USER_INFO.matcher(text).replaceAll(URL);
    return QUERY.matcher(anonymous).replaceAll("$1?…");
  }
}
