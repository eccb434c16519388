package io.github.fuseml.ovms.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The value of an {@code Authorization} header; never printed. */
final class Credentials {
  private final String header;

  private Credentials(String header) {
    this.header = header;
  }

  /** RFC 7617, with UTF-8. */
  static Credentials basic(String username, String password) {
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new Credentials("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  /** RFC 6750. */
  static Credentials bearer(String token) {
    return new Credentials("Bearer " + token.strip());
  }

  String header() {
    return header;
  }

  @Override
  public String toString() {
    return "Credentials";
  }
}
