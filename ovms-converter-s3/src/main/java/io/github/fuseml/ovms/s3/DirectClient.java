package io.github.fuseml.ovms.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Sends requests for objects past the SDK's pipeline, which takes more processor time than everything
 * else on the way of a small object: a fresh JVM needs 5.2 s of it for two thousand, and 2.3 s without.
 * A process that lists a directory and ends takes 0.5 s instead of 1.3. What counts is the SDK's: the
 * signature, the credentials, the HTTP client, when to try again.
 *
 * <p>For services at an address of their own and with the bucket in the path; AWS has rules for
 * addresses that only its client knows. Thread-safe.
 */
final class DirectClient implements ObjectClient {
  private final DirectRequests requests;
  private final SdkHttpClient http;
  private final Attempts attempts;

  DirectClient(DirectRequests requests, SdkHttpClient http, PatientRetries retries) {
    this.requests = requests;
    this.http = http;
    this.attempts = new Attempts(retries);
  }

  @Override
  public ResponseInputStream<GetObjectResponse> get(GetObjectRequest request) {
    SdkHttpRequest asked = requests.of(SdkHttpMethod.GET, request.bucket(), request.key(), request);
    HttpExecuteResponse answer = attempts.repeatedly(() -> send(asked, null));
    SdkHttpResponse head = answer.httpResponse();
    GetObjectResponse response = GetObjectResponse.builder()
        .contentLength(
            head.firstMatchingHeader("Content-Length").map(Long::valueOf).orElse(-1L))
        .contentRange(head.firstMatchingHeader("Content-Range").orElse(null))
        .eTag(head.firstMatchingHeader("ETag").orElse(null))
        .build();
    return new ResponseInputStream<>(
        response, answer.responseBody().orElseGet(DirectClient::empty));
  }

  private static AbortableInputStream empty() {
    return AbortableInputStream.createEmpty();
  }

  @Override
  public Optional<HeadObjectResponse> head(HeadObjectRequest request) {
    SdkHttpRequest asked =
        requests.of(SdkHttpMethod.HEAD, request.bucket(), request.key(), request);
    return attempts.repeatedly(() -> {
      HttpExecuteResponse answer = sendOnce(asked, null);
      if (answer.httpResponse().statusCode() == 404) {
        Answers.finish(answer); // So common that it is worth no exception.
        return Optional.empty();
      }
      requireGood(answer);
      Answers.finish(answer);
      return Optional.of(Answers.ofHead(answer.httpResponse()));
    });
  }

  @Override
  public Listing list(ListObjectsV2Request request) {
    SdkHttpRequest asked = requests.of(SdkHttpMethod.GET, request.bucket(), "", request).toBuilder()
        .putRawQueryParameter("list-type", "2")
        .build();
    return attempts.repeatedly(() -> read(asked, Listing::read));
  }

  /** Reads an answer's body. */
  private interface BodyReader<T> {
    T read(InputStream body) throws IOException;
  }

  private <T> T read(SdkHttpRequest request, BodyReader<T> reader) throws IOException {
    try (AbortableInputStream body =
        send(request, null).responseBody().orElseGet(DirectClient::empty)) {
      return reader.read(body);
    }
  }

  @Override
  public BegunUploads uploads(ListMultipartUploadsRequest request) {
    SdkHttpRequest asked = requests.of(SdkHttpMethod.GET, request.bucket(), "", request).toBuilder()
        .putRawQueryParameter("uploads", "")
        .build();
    return attempts.repeatedly(() -> read(asked, BegunUploads::read));
  }

  @Override
  public void abort(AbortMultipartUploadRequest request) {
    SdkHttpRequest asked =
        requests.of(SdkHttpMethod.DELETE, request.bucket(), request.key(), request);
    attempts.repeatedly(() -> finished(asked, null));
  }

  @Override
  public void delete(DeleteObjectRequest request) {
    SdkHttpRequest asked =
        requests.of(SdkHttpMethod.DELETE, request.bucket(), request.key(), request);
    attempts.repeatedly(() -> finished(asked, null));
  }

  @Override
  public Received put(PutObjectRequest request, RequestBody body) {
    return put(request.bucket(), request.key(), request, body);
  }

  @Override
  public Received put(UploadPartRequest request, RequestBody body) {
    return put(request.bucket(), request.key(), request, body);
  }

  private Received put(String bucket, String key, SdkPojo request, RequestBody body) {
    SdkHttpRequest asked = with(body, requests.of(SdkHttpMethod.PUT, bucket, key, request));
    return Received.of(attempts.repeatedly(() -> finished(asked, body.contentStreamProvider())));
  }

  private static SdkHttpRequest with(RequestBody body, SdkHttpRequest request) {
    return request.toBuilder()
        .putHeader("Content-Length", Long.toString(body.optionalContentLength().orElseThrow()))
        .putHeader("Content-Type", body.contentType())
        .build();
  }

  @Override
  public String begin(CreateMultipartUploadRequest request) {
    SdkHttpRequest asked =
        requests.of(SdkHttpMethod.POST, request.bucket(), request.key(), request).toBuilder()
            .putRawQueryParameter("uploads", "")
            .build();
    return attempts.repeatedly(() -> read(asked, PartsXml::readUploadId));
  }

  @Override
  public void complete(CompleteMultipartUploadRequest request) {
    RequestBody body =
        RequestBody.fromBytes(PartsXml.of(request.multipartUpload().parts()));
    SdkHttpRequest asked =
        with(body, requests.of(SdkHttpMethod.POST, request.bucket(), request.key(), request));
    attempts.repeatedly(() -> {
      HttpExecuteResponse answer = send(asked, body.contentStreamProvider());
      Answers.requireGoodEnd(answer);
      return answer;
    });
  }

  /** Sends a request once, whose answer is its head alone. */
  private SdkHttpResponse finished(SdkHttpRequest request, @Nullable ContentStreamProvider body)
      throws IOException {
    HttpExecuteResponse answer = send(request, body);
    Answers.finish(answer);
    return answer.httpResponse();
  }

  /** Sends a request once; the answer is a good one. */
  private HttpExecuteResponse send(SdkHttpRequest request, @Nullable ContentStreamProvider body)
      throws IOException {
    HttpExecuteResponse answer = sendOnce(request, body);
    requireGood(answer);
    return answer;
  }

  private HttpExecuteResponse sendOnce(SdkHttpRequest request, @Nullable ContentStreamProvider body)
      throws IOException {
    return http.prepareRequest(requests.signed(request, body)).call();
  }

  private void requireGood(HttpExecuteResponse answer) throws IOException {
    if (!answer.httpResponse().isSuccessful()) {
      AwsServiceException error = Answers.error(answer);
      if (RetryUtils.isClockSkewException(error)) {
        Answers.date(error).ifPresent(requests::setTime);
      }
      throw error;
    }
  }
}
