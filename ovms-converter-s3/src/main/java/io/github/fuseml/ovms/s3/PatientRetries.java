package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.spi.RetryAfter;
import java.time.Duration;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * The SDK's retries, which leave a service alone as long as it asks for, a date included, and do not
 * try again where that is longer than anybody waits. Thread-safe as they are.
 */
final class PatientRetries implements RetryStrategy {
  private final RetryStrategy retries;

  PatientRetries(RetryStrategy retries) {
    this.retries = retries;
  }

  @Override
  public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
    return retries.acquireInitialToken(request);
  }

  @Override
  public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
    Duration wish = Answers.retryAfter(request.failure()).orElse(Duration.ZERO);
    if (!RetryAfter.isBearable(wish)) {
      throw new TokenAcquisitionFailedException(
          "the service asks to be left alone for " + wish, request.token(), request.failure());
    }
    return retries.refreshRetryToken(request.toBuilder().suggestedDelay(wish).build());
  }

  @Override
  public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
    return retries.recordSuccess(request);
  }

  @Override
  public int maxAttempts() {
    return retries.maxAttempts();
  }

  @Override
  public boolean useClientDefaults() {
    return retries.useClientDefaults();
  }

  @Override
  public Builder<?, ?> toBuilder() {
    return retries.toBuilder();
  }

  @Override
  public void close() {
    retries.close();
  }
}
