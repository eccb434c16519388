package io.github.fuseml.ovms.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of the paths of {@code http:} URLs, RFC 3986. */
final class WebPath {
  private static final String PLAIN = "-._~!$&'()*+,;=:@/";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private WebPath() {}

  /** Encodes what may not stand in a path; slashes stay. */
  static String encode(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
      if (letterOrDigit || PLAIN.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    return encoded.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Decodes; a broken escape stays as it is, for the server is the one to refuse it. */
  static String decode(String path) {
    try {
      // '+' is an ordinary character in a path; only the decoder, made for forms, treats it
      // otherwise.
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return path;
    }
  }
}
