package io.github.fuseml.ovms.testkit.fault;

import java.util.Random;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Chooses requests: by what they are, and among those by their count from 1 in the order of their
 * coming. Immutable; each method gives a narrower one.
 */
public final class RequestMatch {
  private final Predicate<RecordedRequest> request;
  private final Supplier<LongPredicate> counts;

  private RequestMatch(Predicate<RecordedRequest> request, Supplier<LongPredicate> counts) {
    this.request = request;
    this.counts = counts;
  }

  boolean matches(RecordedRequest candidate) {
    return request.test(candidate);
  }

  /** Decides on counts; may have a state, so that each rule needs one of its own. */
  LongPredicate counts() {
    return counts.get();
  }

  /**
   * Every request.
   *
   * @return the match
   */
  public static RequestMatch any() {
    return new RequestMatch(request -> true, () -> count -> true);
  }

  /**
   * Requests of a method.
   *
   * @param method such as {@code GET}
   * @return the match
   */
  public static RequestMatch method(String method) {
    return any().and(request -> request.method().equals(method));
  }

  /**
   * Only those whose path or query has a text in it.
   *
   * @param text what has to be in it, escaped as in the request
   * @return the narrower match
   */
  public RequestMatch path(String text) {
    return and(request -> request.target().contains(text));
  }

  /**
   * Only those with a header.
   *
   * @param name its name, in any case
   * @return the narrower match
   */
  public RequestMatch header(String name) {
    return and(request -> request.header(name).isPresent());
  }

  /**
   * Only those that ask for a range.
   *
   * @return the narrower match
   */
  public RequestMatch ranged() {
    return header("Range");
  }

  /**
   * Only those for which something of one's own holds.
   *
   * @param condition what has to hold
   * @return the narrower match
   */
  public RequestMatch and(Predicate<RecordedRequest> condition) {
    return new RequestMatch(request.and(condition), counts);
  }

  /**
   * The first ones.
   *
   * @param count how many
   * @return the match
   */
  public RequestMatch first(long count) {
    return counted(() -> number -> number <= count);
  }

  /**
   * A single one.
   *
   * @param which its number, from 1
   * @return the match
   */
  public RequestMatch nth(long which) {
    return counted(() -> number -> number == which);
  }

  /**
   * One of so many: with 3 the third, the sixth, and so on.
   *
   * @param period how many
   * @return the match
   */
  public RequestMatch every(long period) {
    return counted(() -> number -> number % period == 0);
  }

  /**
   * Some by chance, always the same ones for a seed.
   *
   * @param probability from 0 for none to 1 for all
   * @param seed the seed
   * @return the match
   */
  public RequestMatch randomly(double probability, long seed) {
    return counted(() -> {
      Random random = new Random(seed);
      return number -> random.nextDouble() < probability;
    });
  }

  private RequestMatch counted(Supplier<LongPredicate> chosen) {
    return new RequestMatch(request, chosen);
  }
}
