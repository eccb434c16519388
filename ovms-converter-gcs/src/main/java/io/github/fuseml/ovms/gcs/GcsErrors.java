package io.github.fuseml.ovms.gcs;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Translates what Google's client throws, in one place. */
final class GcsErrors {
  private final String service;

  GcsErrors(URI endpoint) {
    this.service = endpoint.getHost() + (endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort());
  }

  OvmsConverterException translate(IOException error, String tried, GcsLocation at) {
    Problem problem = Problem.of(tried).on(at.location());
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(problem, error);
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        return own;
      }
    }
    HttpResponseException answer = find(error, HttpResponseException.class);
    String text = String.valueOf(error.getMessage());
    if (text.contains("invalid_grant") || text.contains("Error getting access token")) {
      return ofToken(problem, error, answer);
    }
    return answer != null ? ofAnswer(problem, answer, at) : ofConnection(problem, error);
  }

  static TransferException interrupted(Problem problem, @Nullable Throwable cause) {
    return new TransferException(
        problem.found("the thread was interrupted").mayHelpToRetry(), cause);
  }

  static NotFoundException gone(Problem problem, @Nullable Throwable cause) {
    return new NotFoundException(
        problem.found("there is no such object").remedy("check the location"), cause);
  }

  static TransferException changed(Problem problem, @Nullable Throwable cause) {
    return new TransferException(
        problem
            .found("it was changed since it was listed")
            .remedy("try again when nobody writes to it")
            .mayHelpToRetry(),
        cause);
  }

  /** The token's service says why it gave none; what the client makes of it may repeat the request. */
  private static OvmsConverterException ofToken(
      Problem problem, IOException error, @Nullable HttpResponseException answer) {
    String body = answer == null ? String.valueOf(error.getMessage()) : answer.getContent() + "";
    String lower = body.toLowerCase(Locale.ROOT);
    if (lower.contains("iat") || lower.contains("token must be a short-lived")) {
      return new AccessDeniedException(
          problem
              .found("the token's service does not accept the time of the request")
              .remedy("set this machine's clock"),
          Reason.CLOCK,
          null);
    }
    return new AccessDeniedException(
        problem
            .found("the credentials were refused: no access token was given for them")
            .remedy("check that the key of the service account was not deleted, and this machine's"
                + " clock"),
        Reason.CREDENTIALS_REFUSED,
        null);
  }

  private OvmsConverterException ofAnswer(
      Problem problem, HttpResponseException answer, GcsLocation at) {
    String said = said(answer);
    switch (answer.getStatusCode()) {
      case 400 -> {
        return new TransferException(
            problem.found("the service refused the request: " + said), answer);
      }
      case 401 -> {
        boolean none = said.toLowerCase(Locale.ROOT).contains("anonymous");
        return new AccessDeniedException(
            problem
                .found(none ? "there are no credentials, and it does not go without" : said)
                .remedy("give 'credentialsFile', or credentials that are still valid"),
            none ? Reason.CREDENTIALS_MISSING : Reason.CREDENTIALS_REFUSED,
            answer);
      }
      case 403 -> {
        return new AccessDeniedException(
            problem.found(said).remedy("grant that permission to the account, or use another one"),
            Reason.RIGHTS,
            answer);
      }
      case 404 -> {
        return said.toLowerCase(Locale.ROOT).contains("bucket")
            ? new NotFoundException(
                problem
                    .found("the bucket '%s' does not exist at %s".formatted(at.bucket(), service))
                    .remedy("check the bucket's name and the endpoint"),
                answer)
            : gone(problem, answer);
      }
      case 412 -> {
        return changed(problem, answer);
      }
      default -> {
        return new TransferException(
            problem
                .found("%s answered %d: %s".formatted(service, answer.getStatusCode(), said))
                .remedy("try again later")
                .mayHelpToRetry(),
            answer);
      }
    }
  }

  private static String said(HttpResponseException answer) {
    if (answer instanceof GoogleJsonResponseException json
        && json.getDetails() != null
        && json.getDetails().getMessage() != null) {
      return json.getDetails().getMessage().strip();
    }
    String text = answer.getContent() == null ? "" : answer.getContent().strip();
    if (text.isEmpty() || text.length() > 300 || text.startsWith("<")) {
      return "status " + answer.getStatusCode();
    }
    return text;
  }

  private OvmsConverterException ofConnection(Problem problem, IOException error) {
    if (find(error, UnknownHostException.class) != null) {
      return failed(
          problem,
          "the host of " + service + " is unknown",
          "check the endpoint and the DNS",
          true,
          error);
    }
    if (find(error, SSLException.class) != null) {
      return ofTls(problem, error);
    }
    if (find(error, ConnectException.class) != null
        || find(error, NoRouteToHostException.class) != null) {
      return failed(
          problem,
          "nothing answers at " + service,
          "check the endpoint's host and port, and that the service runs",
          true,
          error);
    }
    if (find(error, InterruptedIOException.class) != null) {
      return failed(
          problem,
          service + " did not answer in time",
          "try again, or raise the time limits",
          true,
          error);
    }
    return failed(
        problem,
        "the connection to " + service + " failed: " + error.getMessage(),
        "check the connection, and try again",
        true,
        error);
  }

  private TransferException ofTls(Problem problem, IOException error) {
    if (find(error, CertificateExpiredException.class) != null
        || find(error, CertificateNotYetValidException.class) != null) {
      return failed(
          problem,
          "the certificate of " + service + " is not valid at this time",
          "have it renewed, or check this machine's clock",
          false,
          error);
    }
    if (find(error, CertPathBuilderException.class) != null) {
      return failed(
          problem,
          "the certificate of " + service + " is from an authority that is not trusted",
          "give the authority's certificate as 'caCertificate'",
          false,
          error);
    }
    String text = String.valueOf(error.getMessage());
    if (find(error, SSLPeerUnverifiedException.class) != null
        || text.contains("subject alternative")) {
      return failed(
          problem,
          "the certificate of " + service + " is for another host name",
          "write the endpoint with the name that the certificate is for",
          false,
          error);
    }
    if (text.contains("plaintext") || text.contains("Unsupported or unrecognized SSL message")) {
      return failed(
          problem,
          service + " does not speak TLS",
          "write the endpoint as http://… if that is what you want",
          false,
          error);
    }
    return failed(
        problem,
        "the TLS connection to " + service + " failed: " + text,
        "check the endpoint",
        true,
        error);
  }

  private static TransferException failed(
      Problem problem, String found, String remedy, boolean mayHelp, IOException error) {
    Problem told = problem.found(found).remedy(remedy);
    return new TransferException(mayHelp ? told.mayHelpToRetry() : told, error);
  }

  private static <T extends Throwable> @Nullable T find(Throwable error, Class<T> kind) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return kind.cast(cause);
      }
    }
    return null;
  }
}
