package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.TrustedAuthorities;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a server shows when a TLS connection is made to it.
 *
 * @param subject whom its certificate is for
 * @param expiry when the certificate ends
 * @param insecure whether it was not checked
 */
public record TlsProbe(String subject, Instant expiry, boolean insecure) {
  static TlsProbe connect(String host, int port, int timeoutMillis, StoreSettings settings)
      throws IOException {
    try (SSLSocket socket = open(host, port, timeoutMillis, settings)) {
      Certificate[] chain = socket.getSession().getPeerCertificates();
      X509Certificate own = (X509Certificate) chain[0];
      return new TlsProbe(
          own.getSubjectX500Principal().getName(),
          own.getNotAfter().toInstant(),
          isInsecure(settings));
    }
  }

  /** A connection whose handshake is done. */
  static SSLSocket open(String host, int port, int timeoutMillis, StoreSettings settings)
      throws IOException {
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(host, port), timeoutMillis);
      plain.setSoTimeout(timeoutMillis);
      SSLSocket socket =
          (SSLSocket) context(settings).getSocketFactory().createSocket(plain, host, port, true);
      if (!isInsecure(settings)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
      }
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /**
   * Whether certificates are not to be checked.
   *
   * @param settings the settings of a store
   * @return true if the setting {@code insecureTls} is on
   */
  public static boolean isInsecure(StoreSettings settings) {
    String value = settings.get("insecureTls").orElse("").toLowerCase(Locale.ROOT);
    return value.equals("true") || value.equals("1");
  }

  private static SSLContext context(StoreSettings settings) throws IOException {
    if (isInsecure(settings)) {
      return TrustedAuthorities.context(new TrustManager[] {new TrustEverybody()});
    }
    String pem = settings.get("caCertificate").orElse(null);
    try {
      return TrustedAuthorities.context(pem == null ? null : TrustedAuthorities.read(Path.of(pem)));
    } catch (IllegalArgumentException e) {
      throw new IOException("the file of caCertificate is of no use: " + e.getMessage(), e);
    }
  }

  static String explain(SSLException error) {
    String text = deepest(error);
    if (text.contains("unable to find valid certification path")) {
      return "the certificate is signed by an authority that is not known here";
    }
    if (text.contains("NotAfter") || text.contains("expired")) {
      return "the certificate has expired: " + text;
    }
    if (text.contains("No subject alternative") || text.contains("No name matching")) {
      return "the certificate is for another host: " + text;
    }
    if (text.contains("Unsupported or unrecognized SSL message")) {
      return "the port does not speak TLS";
    }
    return text;
  }

  static String remedy(SSLException error) {
    String text = deepest(error);
    if (text.contains("unable to find valid certification path")) {
      return "give the authority's certificate in a PEM file (caCertificate)";
    }
    if (text.contains("NotAfter") || text.contains("expired")) {
      return "have the server's certificate renewed, or set this machine's clock";
    }
    if (text.contains("Unsupported or unrecognized SSL message")) {
      return "use an http endpoint, or another port";
    }
    return "use the name that the certificate is for, or have it corrected";
  }

  private static String deepest(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** For a user who has asked for it; the diagnosis says so. */
  private static final class TrustEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
