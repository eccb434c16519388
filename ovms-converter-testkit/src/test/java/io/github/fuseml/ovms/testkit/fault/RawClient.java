package io.github.fuseml.ovms.testkit.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that shows what came over the connection: the real ones try again by themselves. */
final class RawClient {
  private RawClient() {}

  /** The answer: its head, its body as far as it came, in Latin-1, and whether a reset ended it. */
  record Answer(String head, String text, boolean wasReset) {
    int status() {
      return Integer.parseInt(head.split(" ", 3)[1]);
    }

    byte[] body() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  static Answer get(URI url, String... headers) throws IOException {
    return send("GET", url, "", headers);
  }

  static Answer send(String method, URI url, String body, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(method + " " + target(url) + " HTTP/1.1\r\nHost: "
        + url.getAuthority() + "\r\nConnection: close\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    if (!body.isEmpty()) {
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return exchange(url, request + "\r\n" + body);
  }

  /** Sends a text as it is, and reads until the end. */
  static Answer exchange(URI url, String text) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      boolean wasReset = !readAll(socket.getInputStream(), all);
      String answer = all.toString(StandardCharsets.ISO_8859_1);
      int end = answer.indexOf("\r\n\r\n");
      return end < 0
          ? new Answer(answer, "", wasReset)
          : new Answer(answer.substring(0, end), answer.substring(end + 4), wasReset);
    }
  }

  /** False if a reset was the end. */
  private static boolean readAll(InputStream in, ByteArrayOutputStream out) throws IOException {
    try {
      in.transferTo(out);
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static String target(URI url) {
    return url.getRawQuery() == null
        ? url.getRawPath()
        : url.getRawPath() + "?" + url.getRawQuery();
  }
}
