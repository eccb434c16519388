package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.spi.RetryAfter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.utils.DateUtils;

/**
 * What a service says beside an object's bytes. An error is an XML document (S3's API reference, "Error
 * responses").
 */
final class Answers {
  /** Errors are short; what is longer is none of S3's. */
  private static final int LONGEST_ERROR = 64 << 10;

  private static final String METADATA = "x-amz-meta-";

  private Answers() {}

  /** Reads the rest of an answer that matters no more, so that its connection serves the next one. */
  static void finish(HttpExecuteResponse answer) throws IOException {
    AbortableInputStream body = answer.responseBody().orElse(null);
    if (body != null) {
      try (body) {
        body.readNBytes(LONGEST_ERROR);
      }
    }
  }

  /** The error that an answer is. */
  static AwsServiceException error(HttpExecuteResponse answer) throws IOException {
    return error(answer.httpResponse(), answer.httpResponse().statusCode(), body(answer));
  }

  private static byte[] body(HttpExecuteResponse answer) throws IOException {
    AbortableInputStream in = answer.responseBody().orElse(null);
    if (in == null) {
      return new byte[0];
    }
    try (in) {
      return in.readNBytes(LONGEST_ERROR);
    }
  }

  /**
   * Reads the answer to what may take long: a service says that it goes well and sends blanks before
   * it knows, so that the connection stays, and may end with an error.
   */
  static void requireGoodEnd(HttpExecuteResponse answer) throws IOException {
    AwsServiceException error = error(answer.httpResponse(), 500, body(answer));
    if (error.awsErrorDetails().errorCode() != null) {
      throw error;
    }
  }

  private static AwsServiceException error(SdkHttpResponse head, int status, byte[] body) {
    String code = null;
    String message = null;
    int start = 0;
    while (start < body.length && body[start] <= ' ' && body[start] >= 0) {
      start++;
    }
    try {
      XMLStreamReader xml =
          XmlAnswer.reader(new ByteArrayInputStream(body, start, body.length - start));
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT) {
          if (xml.getLocalName().equals("Code")) {
            code = xml.getElementText();
          } else if (xml.getLocalName().equals("Message")) {
            message = xml.getElementText();
          }
        }
      }
    } catch (XMLStreamException e) {
      // Cut, or somebody else's page: the status says what there is to say.
    }
    return S3Exception.builder()
        .statusCode(status)
        .message(message == null ? head.statusText().orElse("") : message)
        .requestId(head.firstMatchingHeader("x-amz-request-id").orElse(null))
        .awsErrorDetails(details(head, code, message))
        .build();
  }

  private static AwsErrorDetails details(
      SdkHttpResponse head, @Nullable String code, @Nullable String message) {
    return AwsErrorDetails.builder()
        .serviceName("S3")
        .errorCode(code)
        .errorMessage(message)
        .sdkHttpResponse(head)
        .build();
  }

  /** What the answer to a HEAD tells of an object. */
  static HeadObjectResponse ofHead(SdkHttpResponse head) {
    Map<String, String> metadata = new HashMap<>();
    head.forEachHeader((name, values) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith(METADATA)) {
        metadata.put(lower.substring(METADATA.length()), String.join(",", values));
      }
    });
    HeadObjectResponse.Builder answer = HeadObjectResponse.builder()
        .contentLength(header(head, "Content-Length").map(Long::valueOf).orElse(null))
        .eTag(header(head, "ETag").orElse(null))
        .lastModified(header(head, "Last-Modified").flatMap(Answers::date).orElse(null))
        .checksumCRC32(header(head, "x-amz-checksum-crc32").orElse(null))
        .checksumCRC32C(header(head, "x-amz-checksum-crc32c").orElse(null))
        .checksumCRC64NVME(header(head, "x-amz-checksum-crc64nvme").orElse(null))
        .checksumSHA256(header(head, "x-amz-checksum-sha256").orElse(null))
        .checksumType(header(head, "x-amz-checksum-type").orElse(null))
        .serverSideEncryption(header(head, "x-amz-server-side-encryption").orElse(null))
        .sseCustomerAlgorithm(
            header(head, "x-amz-server-side-encryption-customer-algorithm").orElse(null))
        .metadata(metadata);
    return (HeadObjectResponse) answer.sdkHttpResponse(head).build();
  }

  private static Optional<String> header(SdkHttpResponse head, String name) {
    return head.firstMatchingHeader(name);
  }

  /** How long a service that is too busy asks to be left alone; empty when it does not say. */
  static Optional<Duration> retryAfter(Throwable error) {
    return RetryAfter.read(
        header(error, "Retry-After").orElse(null), header(error, "Date").orElse(null));
  }

  /** The time that the service says it is; empty when it does not. */
  static Optional<Instant> date(Throwable error) {
    return header(error, "Date").flatMap(Answers::date);
  }

  private static Optional<Instant> date(String header) {
    try {
      return Optional.of(DateUtils.parseRfc822Date(header));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> header(Throwable error, String name) {
    return error instanceof AwsServiceException answer && answer.awsErrorDetails() != null
        ? header(answer.awsErrorDetails().sdkHttpResponse(), name)
        : Optional.empty();
  }
}
