package io.github.fuseml.ovms.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Says the same to everything, for what no real server would say. Keeps what it was asked. */
final class OneAnswer implements AutoCloseable {
  private final HttpServer server;
  private final List<Map<String, List<String>>> asked = new CopyOnWriteArrayList<>();
  private final List<URI> addresses = new CopyOnWriteArrayList<>();
  private final int status;
  private final byte[] body;
  private final String[] headers;

  OneAnswer(int status, String body, String... namesAndValues) {
    this.status = status;
    this.body = body.getBytes(StandardCharsets.UTF_8);
    this.headers = namesAndValues;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(Map.copyOf(exchange.getRequestHeaders()));
      addresses.add(exchange.getRequestURI());
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
      }
      exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The headers of each request. */
  List<Map<String, List<String>>> asked() {
    return asked;
  }

  /** The address in each request, absolute when it was asked as a proxy. */
  List<URI> addresses() {
    return addresses;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
