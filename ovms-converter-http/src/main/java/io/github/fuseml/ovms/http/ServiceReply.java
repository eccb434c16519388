package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** What a service answered; its body is still arriving. To be closed; read by one thread. */
public final class ServiceReply implements AutoCloseable {
  private final Answer answer;
  private final Call call;

  ServiceReply(Answer answer, Call call) {
    this.answer = answer;
    this.call = call;
  }

  Answer answer() {
    return answer;
  }

  /**
   * The status code.
   *
   * @return such as 200
   */
  public int status() {
    return answer.status();
  }

  /**
   * Whether the request was granted.
   *
   * @return true for 200 to 299
   */
  public boolean isSuccess() {
    return answer.isSuccess();
  }

  /**
   * A header.
   *
   * @param name its name
   * @return its first value, if it has one
   */
  public Optional<String> header(String name) {
    return answer.header(name);
  }

  /**
   * Reads a short body.
   *
   * @param limit how many bytes it may have
   * @return the body as UTF-8
   * @throws TransferException if it is longer, or the connection is cut
   */
  public String text(int limit) {
    try {
      byte[] bytes = answer.body().readNBytes(limit + 1);
      if (bytes.length <= limit) {
        return new String(bytes, StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw HttpErrors.of(e, call);
    }
    throw new TransferException(Problem.of(call.tried())
        .on(call.subject())
        .found("the answer is longer than " + limit + " bytes")
        .remedy("check the URL: the server may be another one"));
  }

  /**
   * How long the body is.
   *
   * @return its length in bytes by the answer's header; -1 when it does not tell
   */
  public long announcedLength() {
    return answer.body().announced();
  }

  /**
   * The rest of a body of which a part is wanted. Closing the stream from any thread drops the
   * connection and wakes its reader; a connection that is cut fails with an {@code IOException}.
   *
   * @param toSkip how many bytes come before the part
   * @param length how many bytes the part has
   * @param last whether the body has to end with the part
   * @param unfit the error if it does not, or has a good end before
   * @return the part, to be closed instead of this answer
   */
  public InputStream part(
      long toSkip, long length, boolean last, Supplier<? extends RuntimeException> unfit) {
    return new PartStream(answer.body(), toSkip, length, last ? unfit : null, unfit);
  }

  @Override
  public void close() {
    answer.close();
  }

  @Override
  public String toString() {
    return answer.toString();
  }
}
