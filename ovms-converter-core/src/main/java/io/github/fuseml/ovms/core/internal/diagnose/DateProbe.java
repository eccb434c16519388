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
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP server answers to a question without credentials.
 *
 * @param status the status; 0 if it is no answer of HTTP
 * @param date the time that the server says it is; null when it says none
 */
record DateProbe(int status, @Nullable Instant date) {
  private static final int LONGEST_HEADER = 100;

  static DateProbe ask(
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
      int status = status(line);
      for (int i = 0; i < LONGEST_HEADER && line != null && !line.isEmpty(); i++) {
        if (line.toLowerCase(Locale.ROOT).startsWith("date:")) {
          return new DateProbe(status, date(line.substring("date:".length())));
        }
        line = answer.readLine();
      }
      return new DateProbe(status, null);
    }
  }

  private static int status(@Nullable String line) {
    return line != null && line.matches("HTTP/1\\.[01] \\d{3}.*")
        ? Integer.parseInt(line.substring(9, 12))
        : 0;
  }

  private static @Nullable Instant date(String text) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip(), Instant::from);
    } catch (DateTimeException e) {
      return null;
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
