package io.github.fuseml.ovms.testkit.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Consumer;

/**
 * Something that goes wrong with a request. Offsets count the bytes of a body from 0, without the
 * coding of chunks. Several faults of one request add up. Immutable.
 */
public final class Fault {
  private final String description;
  private final Consumer<Plan> effect;

  private Fault(String description, Consumer<Plan> effect) {
    this.description = description;
    this.effect = effect;
  }

  void addTo(Plan plan) {
    effect.accept(plan);
  }

  /**
   * The connection ends in order after some bytes of the answer's body, with whatever length its head
   * has announced. This is also the truncated answer to a range.
   *
   * @param bytes how many bytes come
   * @return the fault
   */
  public static Fault cutAfter(long bytes) {
    return cut("cut after " + bytes, bytes, false);
  }

  /**
   * The connection is reset after some bytes of the answer's body. The client may lose bytes that
   * came before.
   *
   * @param bytes how many bytes come
   * @return the fault
   */
  public static Fault resetAfter(long bytes) {
    return cut("reset after " + bytes, bytes, true);
  }

  private static Fault cut(String description, long bytes, boolean resets) {
    return new Fault(
        description,
        plan -> plan.response.at(bytes, (buffer, next) -> {
          throw new CutException(resets);
        }));
  }

  /**
   * The connection is reset when some bytes of the request's body have been passed on.
   *
   * @param bytes how many bytes the server gets
   * @return the fault
   */
  public static Fault cutUploadAfter(long bytes) {
    return new Fault(
        "cut upload after " + bytes,
        plan -> plan.request.at(bytes, (buffer, next) -> {
          throw new CutException(true);
        }));
  }

  /**
   * Nothing comes for a time after some bytes of the answer's body; then it goes on.
   *
   * @param bytes how many bytes come first
   * @param time for how long
   * @return the fault
   */
  public static Fault stallAfter(long bytes, Duration time) {
    return new Fault(
        "stall for " + time + " after " + bytes,
        plan -> plan.response.at(bytes, (buffer, next) -> Pause.nanos(time.toNanos())));
  }

  /**
   * Nothing comes after some bytes of the answer's body until the test lets it go on.
   *
   * @param bytes how many bytes come first
   * @param hold what lets it go on
   * @return the fault
   */
  public static Fault stallAfter(long bytes, Hold hold) {
    return new Fault(
        "stall after " + bytes, plan -> plan.response.at(bytes, (buffer, next) -> hold.pass()));
  }

  /**
   * Nothing of the request's body is passed on after some bytes until the test lets it go on.
   *
   * @param bytes how many bytes the server gets first
   * @param hold what lets it go on
   * @return the fault
   */
  public static Fault stallUploadAfter(long bytes, Hold hold) {
    return new Fault(
        "stall upload after " + bytes,
        plan -> plan.request.at(bytes, (buffer, next) -> hold.pass()));
  }

  /**
   * The answer's body comes slowly.
   *
   * @param bytesPerSecond how fast, above 0
   * @return the fault
   */
  public static Fault slowDownTo(long bytesPerSecond) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException("a speed has to be above 0: " + bytesPerSecond);
    }
    return new Fault(bytesPerSecond + " bytes/s", plan -> plan.response.slowTo(bytesPerSecond));
  }

  /**
   * One bit of the answer's body is wrong.
   *
   * @param offset at which byte
   * @return the fault
   */
  public static Fault flipByte(long offset) {
    return new Fault("flip byte " + offset, plan -> plan.response.at(offset, Fault::flip));
  }

  /**
   * One bit of the request's body is wrong when the server gets it.
   *
   * @param offset at which byte
   * @return the fault
   */
  public static Fault flipUploadedByte(long offset) {
    return new Fault("flip uploaded byte " + offset, plan -> plan.request.at(offset, Fault::flip));
  }

  private static void flip(byte[] buffer, int next) {
    if (next < buffer.length) {
      buffer[next] ^= 1;
    }
  }

  /**
   * The proxy answers itself, and the server hears nothing of it.
   *
   * @param status such as 503
   * @return the fault
   */
  public static Fault answer(int status) {
    return answering(status, List.of());
  }

  /**
   * The proxy answers itself, with a {@code Retry-After}.
   *
   * @param status such as 429 or 503
   * @param retryAfter when to try again, of which whole seconds are told
   * @return the fault
   */
  public static Fault answer(int status, Duration retryAfter) {
    return answering(
        status, List.of(new HttpHead.Header("Retry-After", Long.toString(retryAfter.toSeconds()))));
  }

  /**
   * The proxy answers itself, with a {@code Retry-After} that is a date.
   *
   * @param status the status code
   * @param retryAfter when to try again, of which whole seconds are told
   * @return the fault
   */
  public static Fault answer(int status, Instant retryAfter) {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(retryAfter.atZone(ZoneOffset.UTC));
    return answering(status, List.of(new HttpHead.Header("Retry-After", date)));
  }

  private static Fault answering(int status, List<HttpHead.Header> headers) {
    HttpHead head =
        new HttpHead("HTTP/1.1 " + status + " Fault", headers).with("Content-Length", "0");
    return new Fault("answer " + status, plan -> plan.answer = head);
  }

  /**
   * The connection is reset when the request has come, and the server hears nothing of it.
   *
   * @return the fault
   */
  public static Fault resetBeforeForwarding() {
    return new Fault("reset before forwarding", plan -> plan.cutsBefore = true);
  }

  /**
   * The server does what it was asked, and the connection ends instead of telling its answer.
   *
   * @return the fault
   */
  public static Fault dropAnswer() {
    return new Fault("drop the answer", plan -> plan.dropsAnswer = true);
  }

  /**
   * The answer to a range is shorter than what was asked for, and says so: {@code Content-Length} and
   * {@code Content-Range} are those of the shorter one. Answers that are no longer stay as they are.
   *
   * @param bytes how many bytes come, above 0
   * @return the fault
   */
  public static Fault shortenRangeTo(long bytes) {
    return new Fault("shorten to " + bytes, plan -> plan.shortenedTo = bytes);
  }

  /**
   * The range that was asked for is kept from the server, so that it answers with 200 and everything.
   * Not for requests whose signature covers the range; see {@link #ignoreRange(Path)}.
   *
   * @return the fault
   */
  public static Fault ignoreRange() {
    return new Fault("ignore the range", plan -> plan.hidesRange = true);
  }

  /**
   * An answer of 206 becomes 200 with everything, which the proxy has to be given: a server that
   * checks signatures would not accept a request without its range.
   *
   * @param content the whole object
   * @return the fault
   */
  public static Fault ignoreRange(Path content) {
    return new Fault("ignore the range, give " + content, plan -> plan.whole = content);
  }

  /**
   * Something happens when some bytes of the answer's body have been passed on, such as a change of
   * the object on the server. The body waits for it. What it throws fails {@link FaultProxy#close()}.
   *
   * @param bytes how many bytes come first
   * @param callback what happens
   * @return the fault
   */
  public static Fault runAfter(long bytes, Runnable callback) {
    return new Fault(
        "run after " + bytes, plan -> plan.response.at(bytes, (buffer, next) -> callback.run()));
  }

  /**
   * The fault for people.
   *
   * @return what it does
   */
  @Override
  public String toString() {
    return description;
  }
}
