package io.github.fuseml.ovms.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-encoding as people and servers really write it, RFC 3986. */
final class UrlText {
  /** What may stand in a path as it is, besides letters and digits. */
  private static final String PATH = "-._~!$&'()*+,;=:@/";

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private UrlText() {}

  /** Escapes what may not stand in a path and is not escaped yet: a space, a bracket, a letter é. */
  static String escapePath(String path) {
    return escape(path, PATH);
  }

  /** Escapes what may not stand in a query and is not escaped yet. */
  static String escapeQuery(String query) {
    return escape(query, PATH + "?");
  }

  /**
   * Escapes what is illegal and leaves what is legal, escapes included.
   *
   * @throws IllegalArgumentException if a {@code %} begins no escape
   */
  private static String escape(String text, String legal) {
    StringBuilder escaped = new StringBuilder(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      if (c == '%') {
        if (i + 2 >= bytes.length || hex(bytes[i + 1]) < 0 || hex(bytes[i + 2]) < 0) {
          throw new IllegalArgumentException("a '%' that begins no escape");
        }
        escaped.append(c);
      } else if (isLetterOrDigit(c) || legal.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    return escaped.toString();
  }

  /** The text behind the escapes; empty when an escape is broken or the bytes are no UTF-8. */
  static Optional<String> decode(String escaped) {
    byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
    byte[] decoded = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded[length++] = bytes[i];
        continue;
      }
      int high = i + 2 < bytes.length ? hex(bytes[i + 1]) : -1;
      int low = i + 2 < bytes.length ? hex(bytes[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      decoded[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    try {
      return Optional.of(StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(decoded, 0, length))
          .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static int hex(byte digit) {
    return digit < 0 ? -1 : Character.digit((char) digit, 16);
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
