package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ConnectionErrors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns what servers and connections say into the library's errors, in one place. */
final class HttpErrors {
  private HttpErrors() {}

  /** The error to throw for an answer that is none of those that the caller knows what to do with. */
  static OvmsConverterException of(Answer answer, Call call, boolean withCredentials) {
    int status = answer.status();
    Problem problem = Problem.of(call.tried())
        .on(call.subject())
        .found("the server answered " + status + reason(status));
    return switch (status) {
      case 401 -> unauthorized(problem, withCredentials);
      case 403 ->
        new AccessDeniedException(
            problem.remedy(
                "check the rights there; a signed URL may have expired, or be for another method"),
            withCredentials ? Reason.RIGHTS : Reason.CREDENTIALS_MISSING,
            null);
      case 404, 410 -> new NotFoundException(problem.remedy("check the URL"));
      case 405, 501 ->
        new BadRequestException(problem.remedy(
            call.isRead()
                ? "check the URL: nothing can be fetched there"
                : "name a server that takes " + call.method() + ", or see the setting 'writing'"));
      case 407 ->
        new AccessDeniedException(
            problem.remedy("give the proxy's user and password in its URL"),
            withCredentials ? Reason.RIGHTS : Reason.CREDENTIALS_MISSING,
            null);
      case 413 ->
        new TransferException(problem.remedy("raise the server's limit of a request's size"));
      case 423 ->
        new ConflictException(
            problem.remedy("try again: somebody else is writing there").mayHelpToRetry());
      case 507 -> new TransferException(problem.remedy("free space on the server"));
      case 408, 425, 429, 500, 502, 503, 504 ->
        new TransferException(problem
            .remedy(
                status == 429
                    ? "ask the server less often, or later"
                    : "try again later, and look into the server's log")
            .mayHelpToRetry());
      default -> new TransferException(problem.remedy("look into the server's log"));
    };
  }

  private static AccessDeniedException unauthorized(Problem problem, boolean withCredentials) {
    return withCredentials
        ? new AccessDeniedException(
            problem.remedy("check the user and the password, or the token"),
            Reason.CREDENTIALS_REFUSED,
            null)
        : new AccessDeniedException(
            problem.remedy("set username and password, or token; they are sent only to the server"
                + " that the location names"),
            Reason.CREDENTIALS_MISSING,
            null);
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> " (bad request)";
      case 401 -> " (it wants to know who asks)";
      case 403 -> " (forbidden)";
      case 404 -> " (not found)";
      case 405, 501 -> " (it does not do that here)";
      case 407 -> " (the proxy wants to know who asks)";
      case 408 -> " (the request took too long)";
      case 410 -> " (gone for good)";
      case 413 -> " (too large)";
      case 416 -> " (no such part)";
      case 423 -> " (locked)";
      case 429 -> " (too many requests)";
      case 500 -> " (internal error)";
      case 502 -> " (bad gateway)";
      case 503 -> " (unavailable)";
      case 504 -> " (gateway timed out)";
      case 507 -> " (no space left)";
      default -> "";
    };
  }

  /** Whether the same request may succeed when it is sent again at once. */
  static boolean mayPass(IOException error) {
    return error instanceof RedirectedException redirected
        ? mayPass(redirected.failure())
        : mayPassThere(error);
  }

  private static boolean mayPassThere(IOException error) {
    return !(error instanceof SSLException)
        && !(error instanceof UnknownHostException)
        && !(error instanceof ProtocolException)
        // A port that refuses now does so in a second, too; who asks should know soon.
        && (!(error instanceof ConnectException) || error instanceof HttpConnectTimeoutException)
        && find(error, InterruptedException.class).isEmpty();
  }

  /** The error to throw when an answer was cut. */
  static OvmsConverterException of(IOException error, Call call) {
    return of(error, call, connection(null));
  }

  /**
   * What tells more of a connection.
   *
   * @param server where it goes to; null when that cannot be asked, for a proxy is between
   */
  static ConnectionErrors connection(@Nullable URI server) {
    // Not by its address: after a redirect it is another one, and the subject names it anyway.
    return ConnectionErrors.to("the server", server);
  }

  /** The error to throw when there was no answer. */
  static OvmsConverterException of(IOException error, Call call, ConnectionErrors connection) {
    if (error instanceof RedirectedException redirected) {
      String service = "the server that it redirects to, " + redirected.server();
      return of(redirected.failure(), call, ConnectionErrors.to(service, null));
    }
    Optional<OvmsConverterException> own = find(error, OvmsConverterException.class);
    if (own.isPresent()) {
      return own.get();
    }
    if (error instanceof InterruptedIOException) {
      return interrupted(call, error);
    }
    Problem problem = Problem.of(call.tried()).on(call.subject());
    if (error instanceof HttpConnectTimeoutException) {
      return new TransferException(
          problem
              .found("the server did not take the connection in time")
              .remedy("check the address and the firewall, or set a proxy or connectTimeout")
              .mayHelpToRetry(),
          error);
    }
    if (error instanceof HttpTimeoutException) {
      return new TransferException(
          problem
              .found("the server did not answer in time")
              .remedy("try again later, or set answerTimeout")
              .mayHelpToRetry(),
          error);
    }
    if (text(error).contains("certificate_required") || text(error).contains("bad_certificate")) {
      return new TransferException(
          problem
              .found("the server wants another certificate of this side")
              .remedy("set clientCertificate and clientKey"),
          error);
    }
    return connection.translate(error, problem);
  }

  static TransferException interrupted(Call call, @Nullable Throwable error) {
    return new TransferException(
        Problem.of(call.tried()).on(call.subject()).found("it was interrupted").mayHelpToRetry(),
        error);
  }

  /** The body is not the file, but the file in a wrapping that sizes and ranges count. */
  static TransferException encoded(Call call, String encoding) {
    return new TransferException(Problem.of(call.tried())
        .on(call.subject())
        .found("the server sends it encoded (Content-Encoding: " + encoding
            + "), though it was asked for the plain bytes")
        .remedy("switch compression off there, or in the cache or proxy before it"));
  }

  /** The artifact is not the version that was found any more. */
  static TransferException changed(Location location) {
    return new TransferException(Problem.of("read")
        .on(location)
        .found("it was changed since it was found")
        .remedy("try again when nobody writes to it")
        .mayHelpToRetry());
  }

  private static String text(Throwable error) {
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }

  private static <T extends Throwable> Optional<T> find(Throwable error, Class<T> type) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (type.isInstance(e)) {
        return Optional.of(type.cast(e));
      }
    }
    return Optional.empty();
  }
}
