package io.github.fuseml.ovms.testkit.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** One connection of a client: its requests, one after the other. */
final class ProxyConnection {
  private static final int BUFFER = 64 * 1024;
  private static final int LINGER_MILLIS = 1000;

  private final FaultProxy proxy;
  private final Socket client;
  private final InetSocketAddress server;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Socket upstream;

  ProxyConnection(FaultProxy proxy, Socket client, InetSocketAddress server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  /** Ends it from another thread. */
  void abort() {
    close(client);
    Socket behind = upstream;
    if (behind != null) {
      close(behind);
    }
    Thread runner = thread;
    if (runner != null) {
      runner.interrupt();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  void run() {
    thread = Thread.currentThread();
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER);
      boolean goesOn = true;
      while (goesOn) {
        HttpHead head = HttpHead.read(in);
        goesOn = head != null && serve(head, in);
      }
      linger(in);
    } catch (CutException e) {
      // Closed orderly, or reset by what cut it.
    } catch (IOException e) {
      // One of both sides has gone, which the other one sees as it would without the proxy.
    }
  }

  /** What the client still sends would otherwise reset the connection, with our answer in it. */
  private void linger(InputStream in) throws IOException {
    client.shutdownOutput();
    client.setSoTimeout(LINGER_MILLIS);
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** Whether the connection goes on after the request. */
  private boolean serve(HttpHead head, InputStream in) throws IOException {
    RecordedRequest request = new RecordedRequest(head);
    Plan plan = proxy.admit(request);
    try {
      if (plan.cutsBefore) {
        throw new CutException(true);
      }
      HttpHead answer = plan.answer;
      if (answer != null) {
        return answer(head, in, answer, request);
      }
      // A connection for each request: none that the server has given up meanwhile.
      try (Socket behind = new Socket()) {
        upstream = behind;
        behind.connect(server);
        behind.setTcpNoDelay(true);
        return new Exchange(request, plan, head, client.getOutputStream(), behind).run(in);
      }
    } catch (CutException e) {
      if (e.resets()) {
        client.setSoLinger(true, 0);
      }
      throw e;
    } finally {
      request.passed(plan.response.position());
    }
  }

  private boolean answer(HttpHead head, InputStream in, HttpHead answer, RecordedRequest request)
      throws IOException {
    boolean waits = head.hasToken("Expect", "100-continue");
    if (!waits) {
      HttpBody.ofRequest(head).copy(head, in, new BodyScript(), OutputStream.nullOutputStream());
    }
    boolean goesOn = head.keepsAlive() && !waits;
    HttpHead sent = goesOn ? answer : answer.with("Connection", "close");
    request.answered(sent.status());
    client.getOutputStream().write(sent.bytes());
    return goesOn;
  }
}
