package io.github.fuseml.ovms.testkit.fault;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** How a message's body is delimited (RFC 9112, section 6), and the way through it. */
enum HttpBody {
  NONE,
  LENGTH,
  CHUNKED,
  UNTIL_CLOSE;

  private static final int BUFFER = 64 * 1024;
  private static final int MAX_LINE = 16 * 1024;

  static HttpBody ofRequest(HttpHead head) {
    if (head.hasToken("Transfer-Encoding", "chunked")) {
      return CHUNKED;
    }
    return head.header("Content-Length").isPresent() ? LENGTH : NONE;
  }

  static HttpBody ofResponse(HttpHead head, String method) throws IOException {
    int status = head.status();
    if (method.equals("HEAD") || status / 100 == 1 || status == 204 || status == 304) {
      return NONE;
    }
    HttpBody body = ofRequest(head);
    return body == NONE ? UNTIL_CLOSE : body;
  }

  /** Copies a body, decoded on its way through the script and coded as it was after it. */
  void copy(HttpHead head, InputStream in, BodyScript script, OutputStream out) throws IOException {
    switch (this) {
      case NONE -> {}
      case LENGTH ->
        copy(in, Long.parseLong(head.header("Content-Length").orElseThrow()), script, out::write);
      case UNTIL_CLOSE -> copy(in, -1, script, out::write);
      case CHUNKED -> copyChunks(in, script, out);
    }
    script.end();
  }

  /** The number of bytes, or -1 for all that come. */
  private static void copy(InputStream in, long length, BodyScript script, BodyScript.Sink sink)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = length;
    while (left != 0) {
      int wanted = left < 0 ? BUFFER : (int) Math.min(left, BUFFER);
      int count = in.read(buffer, 0, wanted);
      if (count < 0 && left < 0) {
        return;
      }
      if (count < 0) {
        throw new EOFException("the connection ended within a body");
      }
      script.pass(buffer, count, sink);
      left -= left < 0 ? 0 : count;
    }
  }

  private static void copyChunks(InputStream in, BodyScript script, OutputStream out)
      throws IOException {
    BodyScript.Sink chunk = (buffer, offset, count) -> {
      out.write(ascii(Integer.toHexString(count) + "\r\n"));
      out.write(buffer, offset, count);
      out.write(ascii("\r\n"));
    };
    for (long size = chunkSize(in); size > 0; size = chunkSize(in)) {
      copy(in, size, script, chunk);
      line(in);
    }
    script.end(); // before the end is told to the other side
    out.write(ascii("0\r\n"));
    String trailer;
    do {
      trailer = line(in);
      out.write(ascii(trailer + "\r\n"));
    } while (!trailer.isEmpty());
  }

  private static long chunkSize(InputStream in) throws IOException {
    String line = line(in);
    try {
      return Long.parseLong(line.split(";", 2)[0].strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("no size of a chunk: " + line, e);
    }
  }

  private static String line(InputStream in) throws IOException {
    return HttpHead.readLine(in, in.read(), MAX_LINE);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
