package io.github.fuseml.ovms.api;

import java.io.Serializable;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, in the parts that every error of this library carries: what was tried, on what,
 * what was found, what to do next, and whether trying again may help.
 *
 * <p>Immutable; each method answers a new value. No part may hold a secret.
 *
 * @param tried the action that failed, as it continues "cannot …": {@code read the model}
 * @param subject what it was tried on: a location, a name; null when there is nothing to name
 * @param found the reason, what was seen instead of what was expected
 * @param remedy what the reader can do next, as an imperative; null when there is nothing to advise
 * @param retryable whether the same call may succeed later without a change
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // "@serial exclude" is for classes, and a record is one.
public record Problem(
    String tried,
    @Nullable String subject,
    String found,
    @Nullable String remedy,
    boolean retryable)
    implements Serializable {

  /**
   * Refuses a missing action or reason.
   *
   * @param tried the action that failed, as it continues "cannot …": {@code read the model}
   * @param subject what it was tried on: a location, a name; null when there is nothing to name
   * @param found the reason, what was seen instead of what was expected
   * @param remedy what the reader can do next, as an imperative; null when there is nothing to
   *     advise
   * @param retryable whether the same call may succeed later without a change
   */
  public Problem {
    Objects.requireNonNull(tried, "tried");
    Objects.requireNonNull(found, "found");
  }

  /**
   * Starts a problem.
   *
   * @param tried the action that failed, as it continues "cannot …"
   * @return a problem without a subject
   */
  public static Problem of(String tried) {
    return new Problem(tried, null, "", null, false);
  }

  /**
   * The known name that somebody may have meant.
   *
   * @param given a name that is not known
   * @param known the names that are
   * @return the one that differs in the fewest characters, upper and lower case being the same; empty
   *     if all differ in more than three, or in all of their characters
   */
  public static Optional<String> nearest(String given, Collection<String> known) {
    String nearest = null;
    int least = 4;
    for (String candidate : known) {
      int distance = distance(given.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < Math.min(least, candidate.length())) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** How many characters must be added, removed or changed to make one text of another. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }

  /**
   * Names what the action was tried on.
   *
   * @param what anything whose {@code toString()} is safe to print
   * @return this problem with that subject
   */
  public Problem on(Object what) {
    return new Problem(tried, what.toString(), found, remedy, retryable);
  }

  /**
   * Says what was found.
   *
   * @param reason the reason, without a full stop
   * @return this problem with that reason
   */
  public Problem found(String reason) {
    return new Problem(tried, subject, reason, remedy, retryable);
  }

  /**
   * Says what to do next.
   *
   * @param advice an imperative sentence without a full stop
   * @return this problem with that advice
   */
  public Problem remedy(String advice) {
    return new Problem(tried, subject, found, advice, retryable);
  }

  /**
   * Says that trying again may help.
   *
   * @return this problem, retryable
   */
  public Problem mayHelpToRetry() {
    return new Problem(tried, subject, found, remedy, true);
  }

  /**
   * The problem as one sentence, without the remedy.
   *
   * @return {@code cannot <tried> <subject>: <found>}
   */
  public String summary() {
    StringBuilder text = new StringBuilder("cannot ").append(tried);
    if (subject != null) {
      text.append(' ').append(subject);
    }
    return found.isEmpty() ? text.toString() : text.append(": ").append(found).toString();
  }
}
