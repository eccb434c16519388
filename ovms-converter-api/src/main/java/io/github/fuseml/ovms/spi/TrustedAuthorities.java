package io.github.fuseml.ovms.spi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities of a PEM file, to be trusted in place of Java's own. What a store's
 * setting {@code caCertificate} names.
 */
public final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /**
   * Reads authorities.
   *
   * @param pem a file of one or more X.509 certificates
   * @return what trusts them and nobody else
   * @throws IllegalArgumentException if the file is of no use; its message says why, as it goes on
   *     after the file's name
   */
  public static TrustManager[] read(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      if (number == 0) {
        throw new IllegalArgumentException("it holds no certificate");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException e) {
      throw new IllegalArgumentException("it cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("it is no PEM file of certificates", e);
    }
  }

  /**
   * A context for connections.
   *
   * @param trusted what to trust; null for Java's own authorities
   * @return a context without a certificate of this side
   */
  public static SSLContext context(TrustManager @Nullable [] trusted) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}
