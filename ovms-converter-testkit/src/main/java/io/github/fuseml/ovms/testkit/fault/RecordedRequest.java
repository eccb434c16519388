package io.github.fuseml.ovms.testkit.fault;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A request that came to a {@link FaultProxy}. Thread-safe. */
public final class RecordedRequest {
  private final HttpHead head;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger status = new AtomicInteger();

  RecordedRequest(HttpHead head) {
    this.head = head;
  }

  /**
   * Its method.
   *
   * @return such as {@code GET}
   */
  public String method() {
    return head.word(0);
  }

  /**
   * Its path and query.
   *
   * @return as they came, escaped
   */
  public String target() {
    return head.word(1);
  }

  /**
   * One of its headers.
   *
   * @param name its name, in any case
   * @return the value of the first of that name
   */
  public Optional<String> header(String name) {
    return head.header(name);
  }

  /**
   * The range that it asks for.
   *
   * @return such as {@code bytes=0-99}
   */
  public Optional<String> range() {
    return header("Range");
  }

  /**
   * The status that was sent back.
   *
   * @return such as 206; 0 while or if there is none
   */
  public int status() {
    return status.get();
  }

  /**
   * How many bytes of the answer's body were sent back.
   *
   * @return their number when the answer has ended, 0 before
   */
  public long bytes() {
    return bytes.get();
  }

  void answered(int with) {
    status.set(with);
  }

  void passed(long count) {
    bytes.set(count);
  }

  /**
   * The request for people.
   *
   * @return its method and target, and its range in parentheses if it has one
   */
  @Override
  public String toString() {
    return method() + " " + target() + range().map(range -> " (" + range + ")").orElse("");
  }
}
