package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.StoreSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time that an HTTP server says it is, from the {@code Date} header of any answer of its. */
final class DateProbe {
  private static final int LONGEST_HEADER = 100;

  private DateProbe() {}

  static Instant ask(
      URI endpoint,
      String host,
      int port,
      boolean secure,
      StoreSettings settings,
      int timeoutMillis)
      throws IOException {
    try (Socket socket = secure
        ? TlsProbe.open(host, port, timeoutMillis, settings)
        : plain(host, port, timeoutMillis)) {
      String request = "HEAD / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
          .formatted(endpoint.getAuthority());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer = new BufferedReader(
          new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String line = answer.readLine();
      for (int i = 0; i < LONGEST_HEADER && line != null && !line.isEmpty(); i++) {
        if (line.toLowerCase(Locale.ROOT).startsWith("date:")) {
          return DateTimeFormatter.RFC_1123_DATE_TIME.parse(
              line.substring("date:".length()).strip(), Instant::from);
        }
        line = answer.readLine();
      }
      throw new IOException("no Date header");
    } catch (DateTimeException e) {
      throw new IOException("a Date header that cannot be read", e);
    }
  }

  private static Socket plain(String host, int port, int timeoutMillis) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
