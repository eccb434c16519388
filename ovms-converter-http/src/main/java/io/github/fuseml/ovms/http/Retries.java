package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.RetryAfter;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;

/**
 * Sends a request again where that may help, up to the headers of its answer: the one place of this
 * module that does. Pauses double and vary, so that many clients of a server that was down do not
 * come back in step.
 */
final class Retries {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

  /** The server says that it did nothing, so that nothing can be done twice. */
  private static final Set<Integer> NOTHING_DONE = Set.of(425, 429, 503);

  private final int attempts;
  private final BiFunction<IOException, Call, OvmsConverterException> errors;

  /**
   * Retries.
   *
   * @param attempts how often a request is sent at most
   * @param errors the error to throw when there is no answer
   */
  Retries(int attempts, BiFunction<IOException, Call, OvmsConverterException> errors) {
    this.attempts = attempts;
    this.errors = errors;
  }

  /** One attempt. */
  interface Attempt {
    Answer send() throws IOException, InterruptedException;
  }

  /**
   * Sends a request until it has an answer that is not passing, or the attempts are used up.
   *
   * @return the last answer, perhaps an error
   * @throws io.github.fuseml.ovms.api.OvmsConverterException if there is none
   */
  Answer run(Call call, Attempt attempt) {
    boolean lost = false;
    for (int number = 1; ; number++) {
      Duration pause = pauseAfter(number);
      try {
        Answer answer = attempt.send();
        Set<Integer> helpful = call.repeatable() ? PASSING : NOTHING_DONE;
        Duration wish = wish(answer);
        if (number >= attempts
            || !helpful.contains(answer.status())
            || !RetryAfter.isBearable(wish)) {
          return lost ? answer.asRepeated() : answer;
        }
        answer.close();
        lost |= !NOTHING_DONE.contains(answer.status());
        pause = wish.compareTo(pause) > 0 ? wish : pause;
      } catch (IOException e) {
        if (number >= attempts || !call.repeatable() || !HttpErrors.mayPass(e)) {
          throw errors.apply(e, call);
        }
        lost = true;
      } catch (InterruptedException e) {
        throw interrupted(call, e);
      }
      sleep(pause, call);
    }
  }

  static Duration pauseAfter(int number) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(number - 1, 10));
    Duration longest = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(longest.toMillis() / 2, longest.toMillis() + 1));
  }

  private static Duration wish(Answer answer) {
    return RetryAfter.read(
            answer.header("Retry-After").orElse(null), answer.header("Date").orElse(null))
        .orElse(Duration.ZERO);
  }

  static void sleep(Duration pause, Call call) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(call, e);
    }
  }

  private static TransferException interrupted(Call call, InterruptedException error) {
    Thread.currentThread().interrupt();
    return HttpErrors.interrupted(call, error);
  }
}
