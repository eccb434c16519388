package io.github.fuseml.ovms.testkit.fault;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The start line and the headers of an HTTP/1.1 message, in their order and spelling: a signature may
 * cover them (RFC 9112, sections 2 and 5).
 */
record HttpHead(String startLine, List<Header> headers) {
  private static final int MAX_BYTES = 256 * 1024;

  record Header(String name, String value) {}

  /** Reads one; null if the connection ends before its first byte. */
  static @Nullable HttpHead read(InputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    String startLine = readLine(in, first, MAX_BYTES);
    List<Header> headers = new ArrayList<>();
    int left = MAX_BYTES - startLine.length();
    for (String line = readLine(in, in.read(), left); !line.isEmpty(); ) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no header: " + line);
      }
      headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
      left -= line.length();
      line = readLine(in, in.read(), left);
    }
    return new HttpHead(startLine, List.copyOf(headers));
  }

  /** Reads a line whose first byte has been read, without its end. */
  static String readLine(InputStream in, int first, int limit) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = first; next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended within a head");
      }
      if (line.length() >= limit) {
        throw new IOException("a head of more than " + MAX_BYTES + " bytes");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  /** Whether a header that is a list of tokens has one. */
  boolean hasToken(String name, String token) {
    return header(name).orElse("").toLowerCase(Locale.ROOT).contains(token);
  }

  HttpHead startLine(String line) {
    return new HttpHead(line, headers);
  }

  HttpHead without(String name) {
    return new HttpHead(
        startLine,
        headers.stream().filter(header -> !header.name().equalsIgnoreCase(name)).toList());
  }

  HttpHead with(String name, String value) {
    List<Header> changed = new ArrayList<>(without(name).headers());
    changed.add(new Header(name, value));
    return new HttpHead(startLine, changed);
  }

  /** A part of the start line: of a request the method and target, of a response the status second. */
  String word(int index) {
    String[] words = startLine.split(" ", -1);
    return index < words.length ? words[index] : "";
  }

  int status() throws IOException {
    try {
      return Integer.parseInt(word(1));
    } catch (NumberFormatException e) {
      throw new IOException("no status line: " + startLine, e);
    }
  }

  /** Whether the sender means to go on with the connection. */
  boolean keepsAlive() {
    return startLine.contains("HTTP/1.1")
        ? !hasToken("Connection", "close")
        : hasToken("Connection", "keep-alive");
  }

  byte[] bytes() {
    StringBuilder text = new StringBuilder(startLine).append("\r\n");
    headers.forEach(
        header -> text.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
