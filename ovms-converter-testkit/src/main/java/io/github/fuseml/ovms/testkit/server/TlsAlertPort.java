package io.github.fuseml.ovms.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port that answers everything by an alert of TLS (RFC 8446, section 6), as servers do that have no
 * word of HTTP for a client that does not begin a handshake, or that refuse the one that begins.
 */
public final class TlsAlertPort implements AutoCloseable {
  /** An alert, TLS 1.2, two bytes: fatal, handshake_failure. */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

  private static final int LONGEST_REQUEST = 1 << 16;

  private final ServerSocket socket;

  /** Opens a port of the loopback. */
  public TlsAlertPort() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::serve, "tls-alert-port");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Its number.
   *
   * @return the port
   */
  public int port() {
    return socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        if (connection.getInputStream().read(new byte[LONGEST_REQUEST]) > 0) {
          connection.getOutputStream().write(ALERT);
        }
      } catch (IOException e) {
        // That connection, or the port, is closed.
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
