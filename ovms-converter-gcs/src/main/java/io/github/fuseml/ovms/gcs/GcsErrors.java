package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ConnectionErrors;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what Google's client throws into the library's errors, in one place. An answer is never the
 * cause of one: its message holds the request's URL, and that of an upload is a credential.
 */
final class GcsErrors {
  private static final Pattern PERMISSION = Pattern.compile("storage\\.[a-z]+\\.[a-zA-Z]+");
  private static final int LONGEST_TEXT = 300;

  private final String service;
  private final ConnectionErrors connections;
  private volatile boolean withCredentials;

  GcsErrors(GcsSettings settings) {
    service = settings.endpoint().isGoogle()
        ? "Google Cloud Storage"
        : settings.endpoint().toString();
    URI endpoint = settings.endpoint().uri();
    connections =
        ConnectionErrors.to(service, settings.proxy(endpoint).isPresent() ? null : endpoint);
  }

  /** Hears whether requests go with credentials. */
  void sent(boolean credentials) {
    withCredentials = credentials;
  }

  /** The error to throw; for an interrupt, the thread stays interrupted. */
  RuntimeException translate(Exception error, String tried, GcsLocation at) {
    Problem problem = Problem.of(tried).on(at.location());
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(problem);
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        return own; // What is written comes from another store, and that one failed.
      }
    }
    if (error instanceof GoogleJsonResponseException answer) {
      return ofAnswer(answer, problem, at);
    }
    OvmsConverterException ofCredentials = TokenErrors.translate(error, problem);
    if (ofCredentials != null) {
      return ofCredentials;
    }
    if (error instanceof HttpResponseException answer) {
      return ofStatus(answer.getStatusCode(), "", problem);
    }
    return error instanceof RuntimeException bug && !(error.getCause() instanceof Exception)
        ? bug
        : connections.translate(error, problem);
  }

  static TransferException interrupted(Problem problem) {
    return new TransferException(problem.found("the thread was interrupted").mayHelpToRetry());
  }

  /** Whether the answer says that the object is not there, and not that the bucket is not. */
  static boolean isNoSuchObject(GoogleJsonResponseException answer) {
    return answer.getStatusCode() == 404 && !isAboutBucket(answer);
  }

  private static boolean isAboutBucket(GoogleJsonResponseException answer) {
    return message(answer).toLowerCase(Locale.ROOT).contains("bucket does not exist");
  }

  private OvmsConverterException ofAnswer(
      GoogleJsonResponseException answer, Problem problem, GcsLocation at) {
    String message = message(answer);
    return switch (answer.getStatusCode()) {
      case 404 ->
        // A listing finds nothing only where there is no bucket.
        isNoSuchObject(answer) && !problem.tried().equals("list")
            ? noSuchObject(problem)
            : noSuchBucket(problem, at);
      case 401 -> unauthorized(problem, message);
      case 403 -> forbidden(answer, problem, message);
      case 407 ->
        new AccessDeniedException(
            problem
                .found("the proxy wants to know who asks, or does not accept the password")
                .remedy("give user and password, percent-encoded, in the proxy's URL"),
            Reason.CREDENTIALS_REFUSED,
            null);
      case 412, 416 -> changed(problem);
      case 400 -> badRequest(answer, problem, message);
      default -> ofStatus(answer.getStatusCode(), message, problem);
    };
  }

  private static OvmsConverterException unauthorizedWithout(Problem problem) {
    return new AccessDeniedException(
        problem
            .found("access is denied without credentials, and none were found")
            .remedy("give a service account's key as '" + GcsSettings.CREDENTIALS_FILE.name()
                + "', or log in by 'gcloud auth application-default login'"),
        Reason.CREDENTIALS_MISSING,
        null);
  }

  private OvmsConverterException unauthorized(Problem problem, String message) {
    if (!withCredentials) {
      return unauthorizedWithout(problem);
    }
    return new AccessDeniedException(
        problem
            .found("the service refuses the credentials: " + message)
            .remedy("renew them: they may have expired or been revoked"),
        Reason.CREDENTIALS_REFUSED,
        null);
  }

  private OvmsConverterException forbidden(
      GoogleJsonResponseException answer, Problem problem, String message) {
    String reason = reason(answer);
    if (reason.equals("userProjectMissing")) {
      return payer(problem);
    }
    if (reason.toLowerCase(Locale.ROOT).contains("ratelimit")) {
      return ofStatus(429, message, problem);
    }
    if (!withCredentials) {
      return unauthorizedWithout(problem);
    }
    Matcher permission = PERMISSION.matcher(message);
    return permission.find()
        ? new AccessDeniedException(problem
            .found("the credentials lack the permission " + permission.group())
            .remedy("have a role with it granted on the bucket, such as "
                + (problem.tried().equals("read") || problem.tried().equals("list")
                    ? "roles/storage.objectViewer"
                    : "roles/storage.objectUser")))
        : new AccessDeniedException(
            problem.found("it is not allowed: " + message).remedy("use other credentials"));
  }

  private OvmsConverterException badRequest(
      GoogleJsonResponseException answer, Problem problem, String message) {
    if (answer.getDetails() == null) { // None of the service's own answers.
      Optional<BadRequestException> wrong = connections.wrongScheme(problem, null);
      if (wrong.isPresent()) {
        return wrong.get();
      }
    }
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("requester pays")) {
      return payer(problem);
    }
    if (isDamaged(message)) {
      return damaged(problem);
    }
    return new BadRequestException(problem
        .found("the service does not accept it: " + message)
        .remedy("correct the location or the settings of the store"));
  }

  private static BadRequestException payer(Problem problem) {
    return new BadRequestException(problem
        .found("the bucket is one whose requester pays")
        .remedy("name the project that pays as '" + GcsSettings.USER_PROJECT.name() + "'"));
  }

  /** Whether the service found other bytes than their checksum says. */
  static boolean isDamaged(GoogleJsonResponseException answer) {
    return answer.getStatusCode() == 400 && isDamaged(message(answer));
  }

  private static boolean isDamaged(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    return lower.contains("crc32c") || lower.contains("md5");
  }

  static TransferException damaged(Problem problem) {
    return new TransferException(
        problem.found("the bytes were damaged on their way").mayHelpToRetry());
  }

  private static OvmsConverterException ofStatus(int status, String message, Problem problem) {
    Problem told =
        problem.found("the service answered " + status + (message.isEmpty() ? "" : ": " + message));
    return new TransferException(
        Retries.mayHelp(status) ? told.remedy("try again later").mayHelpToRetry() : told);
  }

  NotFoundException noSuchBucket(Problem problem, GcsLocation at) {
    return new NotFoundException(problem
        .found("the bucket '" + at.bucket() + "' does not exist at " + service)
        .remedy("check its name and the endpoint, or make it"));
  }

  static NotFoundException noSuchObject(Problem problem) {
    return new NotFoundException(
        problem.found("there is no such object").remedy("check the location"));
  }

  static TransferException changed(Problem problem) {
    return new TransferException(problem
        .found("it was changed while it was being read")
        .remedy("try again when nobody writes to it")
        .mayHelpToRetry());
  }

  /** What the service said, in one short line. */
  private static String message(GoogleJsonResponseException answer) {
    GoogleJsonError details = answer.getDetails();
    String message = details == null ? answer.getContent() : details.getMessage();
    String line = message == null
        ? "no reason given"
        : message.strip().replaceAll("\\s+", " ").replaceFirst("\\.$", "");
    return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
  }

  private static String reason(GoogleJsonResponseException answer) {
    GoogleJsonError details = answer.getDetails();
    @Nullable
    String reason =
        details == null || details.getErrors() == null || details.getErrors().isEmpty()
            ? null
            : details.getErrors().get(0).getReason();
    return reason == null ? "" : reason;
  }
}
