package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpIOExceptionHandler;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpUnsuccessfulResponseHandler;
import com.google.api.client.util.ExponentialBackOff;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tries a request again where that may help: the service is busy or failed, or the connection was cut.
 * With pauses that grow and vary, and never shorter than what the service asks for. One for each
 * request.
 */
final class Retries implements HttpUnsuccessfulResponseHandler, HttpIOExceptionHandler {
  private static final int FIRST_PAUSE_MILLIS = 200;
  private static final int LONGEST_PAUSE_MILLIS = 10_000;
  private static final long LONGEST_ASKED_SECONDS = 60;

  private final ExponentialBackOff pauses = new ExponentialBackOff.Builder()
      .setInitialIntervalMillis(FIRST_PAUSE_MILLIS)
      .setMaxIntervalMillis(LONGEST_PAUSE_MILLIS)
      .setMultiplier(2)
      .build();
  private final @Nullable HttpUnsuccessfulResponseHandler credentials;

  private Retries(@Nullable HttpUnsuccessfulResponseHandler credentials) {
    this.credentials = credentials;
  }

  static void install(HttpRequest request, int attempts) {
    Retries retries = new Retries(request.getUnsuccessfulResponseHandler());
    request.setNumberOfRetries(attempts - 1);
    request.setUnsuccessfulResponseHandler(retries);
    request.setIOExceptionHandler(retries);
  }

  @Override
  public boolean handleResponse(HttpRequest request, HttpResponse response, boolean supportsRetry)
      throws IOException {
    if (credentials != null && credentials.handleResponse(request, response, supportsRetry)) {
      return true; // A token that had expired was made anew.
    }
    int status = response.getStatusCode();
    boolean mayHelp = status == 408 || status == 429 || (status >= 500 && status != 501);
    return supportsRetry && mayHelp && pause(askedMillis(response));
  }

  @Override
  public boolean handleIOException(HttpRequest request, boolean supportsRetry) throws IOException {
    return supportsRetry && pause(0);
  }

  private static long askedMillis(HttpResponse response) {
    String asked = response.getHeaders().getRetryAfter();
    if (asked == null || !asked.matches("[0-9]{1,5}")) {
      return 0;
    }
    return 1000 * Math.min(LONGEST_ASKED_SECONDS, Long.parseLong(asked));
  }

  private boolean pause(long atLeast) throws IOException {
    try {
      Thread.sleep(Math.max(atLeast, pauses.nextBackOffMillis()));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
