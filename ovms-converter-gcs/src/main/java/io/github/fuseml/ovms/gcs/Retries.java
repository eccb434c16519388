package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpIOExceptionHandler;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpUnsuccessfulResponseHandler;
import com.google.api.client.util.BackOff;
import com.google.api.client.util.ExponentialBackOff;
import io.github.fuseml.ovms.spi.RetryAfter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Whether and when a request is tried again: what the service calls temporary, and lost connections.
 * The pauses grow and vary, and are at least what the service asks for. One for each request.
 */
final class Retries implements HttpUnsuccessfulResponseHandler, HttpIOExceptionHandler {
  private static final int LONGEST_PAUSE_MILLIS = 32_000;

  private final HttpUnsuccessfulResponseHandler credentials;
  private final ExponentialBackOff pauses = new ExponentialBackOff.Builder()
      .setInitialIntervalMillis(300)
      .setMultiplier(2)
      .setRandomizationFactor(0.5)
      .setMaxIntervalMillis(LONGEST_PAUSE_MILLIS)
      .setMaxElapsedTimeMillis(Integer.MAX_VALUE)
      .build();

  /** Retries, after the credentials had their turn: they may renew a token. */
  Retries(HttpUnsuccessfulResponseHandler credentials) {
    this.credentials = credentials;
  }

  static boolean mayHelp(int status) {
    return status == 408 || status == 429 || status >= 500;
  }

  @Override
  public boolean handleResponse(HttpRequest request, HttpResponse response, boolean supportsRetry)
      throws IOException {
    if (credentials.handleResponse(request, response, supportsRetry)) {
      return true;
    }
    return supportsRetry && mayHelp(response.getStatusCode()) && pause(wish(response));
  }

  /** How long the service asks to be left alone. */
  static Duration wish(HttpResponse response) {
    HttpHeaders headers = response.getHeaders();
    return RetryAfter.read(headers.getRetryAfter(), headers.getDate()).orElse(Duration.ZERO);
  }

  @Override
  public boolean handleIOException(HttpRequest request, boolean supportsRetry) throws IOException {
    return supportsRetry && pause(Duration.ZERO);
  }

  /** Waits before the next attempt; false, and at once, where the service asks for too much. */
  boolean pause(Duration wish) throws IOException {
    if (!RetryAfter.isBearable(wish)) {
      return false;
    }
    long pause = Math.max(pauses.nextBackOffMillis(), wish.toMillis());
    try {
      Thread.sleep(pause == BackOff.STOP ? LONGEST_PAUSE_MILLIS : pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the thread was interrupted");
    }
  }
}
