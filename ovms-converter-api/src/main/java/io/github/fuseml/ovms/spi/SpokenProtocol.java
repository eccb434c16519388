package io.github.fuseml.ovms.spi;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * What a port speaks. A client that was told {@code http} for a port that speaks TLS, or the other way
 * round, sees a bad request, a cut connection or bytes that mean nothing, each server in its own way;
 * asking the port is what tells for sure.
 */
public enum SpokenProtocol {
  /** TLS, whoever is behind it. */
  TLS,

  /** HTTP without TLS. */
  PLAIN_HTTP,

  /** Neither, or nobody takes connections there. */
  UNKNOWN;

  private static final int TIMEOUT_MILLIS = 3000;

  /**
   * Asks a port, by one or two short connections; nothing that is secret is sent. Takes seconds at
   * most.
   *
   * @param host a name or an address, one of IPv6 with or without brackets
   * @param port the port
   * @return what it speaks
   */
  public static SpokenProtocol at(String host, int port) {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int status = plainStatus(name, port);
    // A bad request, or one to send elsewhere, is what servers with TLS answer to plain HTTP.
    if (status > 0 && status != 400 && status / 100 != 3) {
      return PLAIN_HTTP;
    }
    if (speaksTls(name, port)) {
      return TLS;
    }
    return status > 0 ? PLAIN_HTTP : UNKNOWN;
  }

  /** A certificate that comes, or an alert: only TLS has them. */
  private static boolean speaksTls(String host, int port) {
    Nobody nobody = new Nobody();
    try (Socket plain = connect(host, port);
        SSLSocket socket = (SSLSocket) TrustedAuthorities.context(new TrustManager[] {nobody})
            .getSocketFactory()
            .createSocket(plain, host, port, true)) {
      socket.startHandshake();
      return true;
    } catch (SSLException e) {
      return nobody.asked || String.valueOf(e.getMessage()).contains("fatal alert");
    } catch (IOException e) {
      return nobody.asked;
    }
  }

  /** The status of an answer to plain HTTP; 0 when none comes. */
  private static int plainStatus(String host, int port) {
    try (Socket socket = connect(host, port)) {
      String request = "OPTIONS * HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] first = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      String line = new String(first, StandardCharsets.US_ASCII);
      return line.matches("HTTP/1\\.\\d \\d{3}") ? Integer.parseInt(line.substring(9)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Trusts nobody, and remembers that somebody wanted to be trusted. */
  private static final class Nobody implements X509TrustManager {
    private volatile boolean asked;

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody is trusted");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      asked = true;
      throw new CertificateException("nobody is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
