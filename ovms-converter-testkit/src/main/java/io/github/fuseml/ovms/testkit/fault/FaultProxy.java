package io.github.fuseml.ovms.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stands on a port of 127.0.0.1 in front of a real server of plain HTTP/1.1, passes requests on and
 * does to some of them what its rules say. Messages are passed on as they are, with the client's
 * {@code Host}, so that signatures stay valid, and in small pieces, so that their size does not
 * matter. Requests are numbered in the order in which their heads come. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 200;

  private final InetSocketAddress server;
  private final List<FaultRule> rules = new CopyOnWriteArrayList<>();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final Set<ProxyConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private ServerSocket listener;

  private FaultProxy(InetSocketAddress server) {
    this.server = server;
    this.listener = listen(0);
  }

  /**
   * Starts a proxy that passes everything on as it is.
   *
   * @param server the address of the server, of which host and port count
   * @return a proxy that listens
   */
  public static FaultProxy inFrontOf(URI server) {
    return new FaultProxy(new InetSocketAddress(server.getHost(), server.getPort()));
  }

  /**
   * Does something to requests from now on. Rules add up.
   *
   * @param match which requests, counted from now on
   * @param faults what to do to them
   * @return the rule, which tells how often it was followed
   */
  public FaultRule inject(RequestMatch match, Fault... faults) {
    FaultRule rule = new FaultRule(match, List.of(faults));
    rules.add(rule);
    return rule;
  }

  /** Forgets all rules; what is under way goes on as it began. */
  public void clearRules() {
    rules.clear();
  }

  /** Refuses new connections: nobody listens. Connections that are there stay. */
  public synchronized void refuseConnections() {
    close(listener);
  }

  /** Takes connections again, on the same port. */
  public synchronized void acceptConnections() {
    if (listener.isClosed()) {
      listener = listen(listener.getLocalPort());
    }
  }

  /**
   * Its address.
   *
   * @return such as {@code http://127.0.0.1:40001}, without a path
   */
  public synchronized URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /**
   * An address on it.
   *
   * @param path the path and query, with the leading slash, escaped as a URL has to be
   * @return the address
   */
  public URI url(String path) {
    return URI.create(url() + path);
  }

  /**
   * The requests so far, refused ones too.
   *
   * @return a copy, in the order of their coming
   */
  public List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  /** Forgets the requests so far, not what the rules have counted. */
  public void clearRequests() {
    requests.clear();
  }

  /**
   * How many connections clients have made.
   *
   * @return their number
   */
  public int connections() {
    return connections.get();
  }

  /**
   * Ends it and all its connections.
   *
   * @throws IllegalStateException if a callback of a fault has failed
   */
  @Override
  public void close() {
    refuseConnections();
    List.copyOf(open).forEach(ProxyConnection::abort);
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a callback of a fault has failed", failed);
    }
  }

  private ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      start(() -> accept(socket), "faults on " + socket.getLocalPort());
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port, e);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        serve(socket.accept());
      } catch (IOException e) {
        // Closed, or a client that was gone at once.
      }
    }
  }

  private void serve(Socket client) {
    connections.incrementAndGet();
    ProxyConnection connection = new ProxyConnection(this, client, server);
    open.add(connection);
    start(() -> run(connection), "fault connection");
  }

  private void run(ProxyConnection connection) {
    try {
      connection.run();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      open.remove(connection);
    }
  }

  private static void start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes note of a request, and says what to do with it. */
  synchronized Plan admit(RecordedRequest request) {
    requests.add(request);
    Plan plan = new Plan();
    rules.forEach(rule -> rule.addTo(plan, request));
    return plan;
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
