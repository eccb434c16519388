package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * Tries a request again as the SDK's own client does; {@link PatientRetries} knows how long a service
 * asks to be left alone. Thread-safe.
 */
final class Attempts {
  private final PatientRetries retries;

  Attempts(PatientRetries retries) {
    this.retries = retries;
  }

  /** One attempt at a request. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /** Tries until it goes well or trying again would not help; the last error is the one to hear. */
  <T> T repeatedly(Attempt<T> attempt) {
    AcquireInitialTokenResponse begun =
        retries.acquireInitialToken(AcquireInitialTokenRequest.create("objects"));
    pause(begun.delay());
    RetryToken token = begun.token();
    while (true) {
      if (Thread.currentThread().isInterrupted()) { // Nothing blocks that would hear of it later.
        throw AbortedException.create("the thread was interrupted");
      }
      try {
        T result = attempt.run();
        retries.recordSuccess(RecordSuccessRequest.create(token));
        return result;
      } catch (SdkException e) {
        token = again(token, e);
      } catch (IOException e) {
        token = again(token, failed(e));
      }
    }
  }

  private static SdkException failed(IOException error) {
    return Thread.currentThread().isInterrupted()
        ? AbortedException.create("the thread was interrupted", error)
        : SdkClientException.create("the request failed: " + error.getMessage(), error);
  }

  private RetryToken again(RetryToken token, SdkException error) {
    try {
      RefreshRetryTokenResponse next = retries.refreshRetryToken(
          RefreshRetryTokenRequest.builder().token(token).failure(error).build());
      pause(next.delay());
      return next.token();
    } catch (TokenAcquisitionFailedException e) {
      throw error;
    }
  }

  private static void pause(Duration delay) {
    if (delay.isZero()) {
      return;
    }
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AbortedException.create("the thread was interrupted", e);
    }
  }
}
