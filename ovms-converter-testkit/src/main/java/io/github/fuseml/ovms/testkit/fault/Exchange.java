package io.github.fuseml.ovms.testkit.fault;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** One request that is passed on to the server, and its answer. */
final class Exchange {
  private static final int BUFFER = 64 * 1024;

  private final RecordedRequest request;
  private final Plan plan;
  private final HttpHead head;
  private final OutputStream client;
  private final OutputStream toServer;
  private final InputStream fromServer;
  private boolean isWholeRequestSent = true;

  Exchange(RecordedRequest request, Plan plan, HttpHead head, OutputStream client, Socket server)
      throws IOException {
    this.request = request;
    this.plan = plan;
    this.head = head;
    this.client = client;
    this.toServer = server.getOutputStream();
    this.fromServer = new BufferedInputStream(server.getInputStream(), BUFFER);
  }

  /** Whether the client's connection goes on. */
  boolean run(InputStream body) throws IOException {
    toServer.write((plan.hidesRange ? head.without("Range").without("If-Range") : head).bytes());
    HttpHead answer = null;
    if (head.hasToken("Expect", "100-continue")) {
      HttpHead first = readHead();
      if (first.status() == 100) {
        client.write(first.bytes());
      } else {
        answer = first;
        isWholeRequestSent = false;
      }
    }
    if (answer == null) {
      sendBody(body);
      answer = readAnswer();
    }
    return passOn(answer);
  }

  private void sendBody(InputStream body) throws IOException {
    try {
      HttpBody.ofRequest(head).copy(head, body, plan.request, toServer);
    } catch (CutException e) {
      throw e;
    } catch (IOException e) {
      // The server may have answered before the end and closed: its answer is to be passed on.
      isWholeRequestSent = false;
    }
  }

  /** The final answer; those before it are passed on. */
  private HttpHead readAnswer() throws IOException {
    HttpHead answer = readHead();
    while (answer.status() / 100 == 1) {
      client.write(answer.bytes());
      answer = readHead();
    }
    return answer;
  }

  private HttpHead readHead() throws IOException {
    HttpHead answer = HttpHead.read(fromServer);
    if (answer == null) {
      throw new EOFException("the server closed the connection without an answer");
    }
    return answer;
  }

  private boolean passOn(HttpHead answer) throws IOException {
    HttpBody body = HttpBody.ofResponse(answer, request.method());
    if (plan.dropsAnswer) {
      body.copy(answer, fromServer, new BodyScript(), OutputStream.nullOutputStream());
      throw new CutException(false);
    }
    Path whole = plan.whole;
    if (whole != null && answer.status() == 206) {
      passWhole(answer, whole);
    } else {
      HttpHead sent = shortened(answer);
      send(sent);
      body.copy(sent, fromServer, plan.response, client);
    }
    return isWholeRequestSent
        && body != HttpBody.UNTIL_CLOSE
        && head.keepsAlive()
        && answer.keepsAlive();
  }

  private void passWhole(HttpHead answer, Path whole) throws IOException {
    HttpHead sent = answer
        .startLine("HTTP/1.1 200 OK")
        .without("Content-Range")
        .without("Transfer-Encoding")
        .with("Content-Length", Long.toString(Files.size(whole)));
    send(sent);
    try (InputStream in = Files.newInputStream(whole)) {
      HttpBody.LENGTH.copy(sent, in, plan.response, client);
    }
  }

  private void send(HttpHead sent) throws IOException {
    request.answered(sent.status());
    client.write(sent.bytes());
  }

  /** The head of a partial answer as the plan shortens it: {@code bytes first-last/total}. */
  private HttpHead shortened(HttpHead answer) throws IOException {
    String range = answer.header("Content-Range").orElse("");
    long length = Long.parseLong(answer.header("Content-Length").orElse("0"));
    if (plan.shortenedTo < 0 || answer.status() != 206 || length <= plan.shortenedTo) {
      return answer;
    }
    long first = Long.parseLong(range.substring("bytes ".length(), range.indexOf('-')));
    long last = first + plan.shortenedTo - 1;
    return answer
        .with("Content-Length", Long.toString(plan.shortenedTo))
        .with("Content-Range", "bytes " + first + "-" + last + range.substring(range.indexOf('/')));
  }
}
