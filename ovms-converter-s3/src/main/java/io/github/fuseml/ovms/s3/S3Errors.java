package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ConnectionErrors;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws into the library's errors, in one place. */
final class S3Errors {
  private static final Pattern EXPECTED_REGION =
      Pattern.compile("expecting '?([a-z]{2,}(?:-[a-z0-9]+)+)'?");

  private final S3Credentials credentials;
  private final String service;
  private final ConnectionErrors connections;
  private final @Nullable String region;

  S3Errors(S3Settings settings, S3Credentials credentials) {
    this.credentials = credentials;
    this.service = settings.endpoint() == null ? "AWS" : settings.endpoint().toString();
    this.connections =
        ConnectionErrors.to(service, settings.proxy().isPresent() ? null : settings.endpoint());
    this.region = settings.region().orElse(null);
  }

  /** The error to throw; for an interrupt, the thread stays interrupted. */
  OvmsConverterException translate(SdkException error, String tried, S3Location at) {
    Problem problem = Problem.of(tried).on(at.location());
    if (error instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      return interrupted(problem, error);
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        return own; // What is written comes from another store, and that one failed.
      }
    }
    return error instanceof AwsServiceException answer
        ? ofAnswer(answer, problem, at)
        : withoutAnswer(error, problem);
  }

  private OvmsConverterException withoutAnswer(SdkException error, Problem problem) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return connections.translate(error, problem);
      }
    }
    String text = String.valueOf(error.getMessage());
    if (text.contains("credentials") || text.contains("Profile") || text.contains("profile")) {
      return new AccessDeniedException(
          problem
              .found("no credentials could be had from this machine's configuration")
              .remedy("give 'accessKeyId' and 'secretAccessKey', or correct the profile, the role"
                  + " or the token file"),
          Reason.CREDENTIALS_MISSING,
          error);
    }
    return new TransferException(problem.found(text), error);
  }

  static TransferException interrupted(Problem problem, Throwable cause) {
    Thread.currentThread().interrupt();
    return new TransferException(
        problem.found("the thread was interrupted").mayHelpToRetry(), cause);
  }

  /** The code of the answer; empty when it had no body that tells one. */
  static String code(AwsServiceException error) {
    AwsErrorDetails details = error.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null ? "" : code;
  }

  private OvmsConverterException ofAnswer(AwsServiceException e, Problem problem, S3Location at) {
    return switch (code(e)) {
      case "NoSuchKey" -> noSuchObject(problem, e);
      case "NoSuchBucket" ->
        new NotFoundException(
            problem
                .found("the bucket '" + at.bucket() + "' does not exist at " + service)
                .remedy("check its name and the endpoint, or make it"),
            e);
      case "InvalidAccessKeyId" ->
        refused(problem, e, "the service does not know the access key", "accessKeyId");
      case "SignatureDoesNotMatch" ->
        refused(problem, e, "the secret does not belong to the access key", "secretAccessKey");
      case "ExpiredToken", "TokenRefreshRequired", "ExpiredTokenException" ->
        refused(problem, e, "the temporary credentials have expired", "sessionToken");
      case "InvalidToken", "InvalidTokenId", "InvalidClientTokenId" ->
        refused(problem, e, "the session token is not valid", "sessionToken");
      case "RequestTimeTooSkewed", "RequestExpired" ->
        new AccessDeniedException(
            problem
                .found("this machine's clock is too far from that of the service, which said "
                    + date(e))
                .remedy("set the clock, for instance by NTP"),
            Reason.CLOCK,
            e);
      case "InvalidObjectState" ->
        new AccessDeniedException(
            problem.found("the object is archived").remedy("restore it first"), e);
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException",
          "TemporaryRedirect" -> elsewhere(problem, e);
      case "PreconditionFailed", "InvalidRange" -> changed(problem, e);
      case "BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch" ->
        new TransferException(
            problem.found("the bytes were damaged on their way").mayHelpToRetry(), e);
      case "InvalidBucketName", "XMinioInvalidObjectName", "KeyTooLongError", "InvalidURI" ->
        new BadRequestException(problem.found(text(e)).remedy("use another name"), e);
      case "NotImplemented" ->
        new BadRequestException(
            problem
                .found("the service cannot do what a setting asks for: " + text(e))
                .remedy("leave out the settings that it does not know"),
            e);
      default -> ofStatus(e, problem);
    };
  }

  private OvmsConverterException ofStatus(AwsServiceException e, Problem problem) {
    int status = e.statusCode();
    if (status == 401 || status == 403) {
      return denied(problem, e);
    }
    if (status == 407) {
      return new AccessDeniedException(
          problem
              .found("the proxy wants to know who asks, or does not accept the password")
              .remedy("give user and password, percent-encoded, in the proxy's URL"),
          Reason.CREDENTIALS_REFUSED,
          e);
    }
    if (status == 404) {
      return noSuchObject(problem, e);
    }
    if (status == 301 || status == 307) {
      return elsewhere(problem, e);
    }
    if (status == 412 || status == 416) {
      return changed(problem, e);
    }
    Optional<BadRequestException> wrong =
        status == 400 && !isOfS3(e) ? connections.wrongScheme(problem, e) : Optional.empty();
    if (wrong.isPresent()) {
      return wrong.get();
    }
    Problem told = problem.found("the service answered " + status + ": " + text(e));
    boolean mayHelp = status >= 500 || status == 429 || status == 408 || status == 409;
    return new TransferException(
        mayHelp ? told.remedy("try again later").mayHelpToRetry() : told, e);
  }

  static NotFoundException noSuchObject(Problem problem, @Nullable Throwable cause) {
    return new NotFoundException(
        problem.found("there is no such object").remedy("check the location"), cause);
  }

  static TransferException changed(Problem problem, @Nullable Throwable cause) {
    return new TransferException(
        problem
            .found("it was changed while it was being read")
            .remedy("try again when nobody writes to it")
            .mayHelpToRetry(),
        cause);
  }

  private static AccessDeniedException refused(
      Problem problem, AwsServiceException e, String found, String setting) {
    return new AccessDeniedException(
        problem
            .found(found)
            .remedy(
                "check the setting '" + setting + "', and that it is meant for" + " this endpoint"),
        Reason.CREDENTIALS_REFUSED,
        e);
  }

  AccessDeniedException denied(Problem problem, AwsServiceException e) {
    if (credentials.areMissing()) {
      return new AccessDeniedException(
          problem
              .found("access is denied without credentials, and none were found")
              .remedy("give 'accessKeyId' and 'secretAccessKey'"),
          Reason.CREDENTIALS_MISSING,
          e);
    }
    return new AccessDeniedException(
        problem
            .found("the credentials are accepted but lack the right")
            .remedy("have the right granted by the bucket's or the user's policy, or use other"
                + " credentials"),
        Reason.RIGHTS,
        e);
  }

  private BadRequestException elsewhere(Problem problem, AwsServiceException e) {
    String given = region == null ? "another one" : "'" + region + "'";
    Optional<String> right = header(e, "x-amz-bucket-region").or(() -> {
      Matcher expected = EXPECTED_REGION.matcher(text(e));
      return expected.find() ? Optional.of(expected.group(1)) : Optional.empty();
    });
    return new BadRequestException(
        problem
            .found(right
                .map(name -> "the bucket is in the region '" + name + "', not in " + given)
                .orElse("the bucket is in another region or at another endpoint: " + text(e)))
            .remedy(right
                .map(name -> "set 'region' to '" + name + "'")
                .orElse("set 'region' and 'endpoint' to where the bucket is")),
        e);
  }

  private static Optional<String> header(AwsServiceException e, String name) {
    AwsErrorDetails details = e.awsErrorDetails();
    return details == null || details.sdkHttpResponse() == null
        ? Optional.empty()
        : details.sdkHttpResponse().firstMatchingHeader(name);
  }

  /** Whether the answer is one of S3's at all, and not of a server that never got to the request. */
  private static boolean isOfS3(AwsServiceException e) {
    return !code(e).isEmpty() || header(e, "x-amz-request-id").isPresent();
  }

  private static String date(AwsServiceException e) {
    return header(e, "Date").orElse("nothing of its own time");
  }

  /** What the service said, in one short line. */
  private static String text(AwsServiceException e) {
    AwsErrorDetails details = e.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    String code = code(e);
    if (message == null || message.isBlank()) {
      return code.isEmpty() ? "no reason given" : code;
    }
    return code.isEmpty() ? message : code + ", " + message.replaceFirst("\\.$", "");
  }
}
