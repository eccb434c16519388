package io.github.fuseml.ovms.testkit.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Users for basic authentication, as both nginx and Apache read them. */
final class PasswordFile {
  private PasswordFile() {}

  /** One user; the password is hashed, since a plain one could hold no colon. */
  static String line(String user, String password) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
      return user + ":{SHA}" + Base64.getEncoder().encodeToString(hash) + "\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
