package io.github.fuseml.ovms.s3;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * The SDK's requests as they travel: with the bucket in the path, each field in its header or
 * parameter, and signed. Thread-safe.
 */
final class DirectRequests {
  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

  private final URI endpoint;
  private final String region;
  private final S3Credentials credentials;
  private final boolean signsPayload;

  /** What the service's clock is ahead of this machine's, as far as an answer has shown. */
  private volatile Duration ahead = Duration.ofSeconds(-SdkGlobalTime.getGlobalTimeOffset());

  DirectRequests(URI endpoint, String region, S3Credentials credentials, boolean signsPayload) {
    this.endpoint = endpoint;
    this.region = region;
    this.credentials = credentials;
    this.signsPayload = signsPayload;
  }

  /** Signs from now on by a clock that shows this time now. */
  void setTime(Instant now) {
    ahead = Duration.between(Instant.now(), now);
  }

  /** A request without a signature, which serves for several attempts. */
  SdkHttpRequest of(SdkHttpMethod method, String bucket, String key, SdkPojo request) {
    SdkHttpRequest.Builder builder = SdkHttpRequest.builder()
        .method(method)
        .protocol(endpoint.getScheme())
        .host(endpoint.getHost())
        .encodedPath(Objects.requireNonNullElse(endpoint.getRawPath(), "") + "/" + bucket + "/"
            + SdkHttpUtils.urlEncodeIgnoreSlashes(key))
        .putHeader("User-Agent", "ovms-converter");
    if (endpoint.getPort() >= 0) {
      builder.port(endpoint.getPort());
    }
    request.sdkFields().forEach(field -> add(builder, field, request));
    return builder.build();
  }

  /** Each field of the SDK's request knows the header or the parameter that it travels in. */
  private static void add(SdkHttpRequest.Builder builder, SdkField<?> field, SdkPojo request) {
    Object value = field.getValueOrDefault(request);
    if (value == null) {
      return;
    }
    if (field.location() == MarshallLocation.QUERY_PARAM) {
      builder.putRawQueryParameter(field.locationName(), value.toString());
    } else if (field.location() == MarshallLocation.HEADER) {
      addHeader(builder, field, value);
    }
  }

  private static void addHeader(SdkHttpRequest.Builder builder, SdkField<?> field, Object value) {
    if (value instanceof Map<?, ?> map) { // The metadata: its header is only the beginning.
      map.forEach(
          (name, text) -> builder.putHeader(field.locationName() + name, String.valueOf(text)));
    } else {
      builder.putHeader(field.locationName(), value.toString());
    }
  }

  /** The request with a signature of this moment. */
  HttpExecuteRequest signed(SdkHttpRequest request, @Nullable ContentStreamProvider body) {
    AwsCredentials identity = credentials.provider().resolveCredentials();
    if (identity.accessKeyId() == null) { // Anonymous.
      return HttpExecuteRequest.builder()
          .request(request)
          .contentStreamProvider(body)
          .build();
    }
    SignedRequest signed = SIGNER.sign(sign -> sign.identity(identity)
        // Without TLS the SDK's signer covers the payload, whatever it is told.
        .request(signsPayload ? request : with("https", request))
        .payload(body)
        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.offset(Clock.systemUTC(), ahead))
        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, signsPayload));
    return HttpExecuteRequest.builder()
        .request(with(endpoint.getScheme(), signed.request()))
        .contentStreamProvider(signed.payload().orElse(null))
        .build();
  }

  private static SdkHttpRequest with(String protocol, SdkHttpRequest request) {
    return protocol.equals(request.protocol())
        ? request
        : request.toBuilder().protocol(protocol).build();
  }
}
