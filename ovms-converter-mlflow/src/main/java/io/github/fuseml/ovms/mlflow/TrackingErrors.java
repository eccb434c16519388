package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.http.ServiceReply;
import io.github.fuseml.ovms.http.ServiceRequest;
import java.util.Optional;
import java.util.Set;

/**
 * Turns what a tracking server says into the library's errors, in one place. Its own errors are JSON,
 * {@code {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "…"}}; whatever answers without is not an
 * MLflow server, or not at that URL.
 */
final class TrackingErrors {
  private static final int LONGEST_MESSAGE = 300;

  /** Where the name is spelt right, and nobody has it. */
  private static final Set<String> MISSING =
      Set.of("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "ENDPOINT_NOT_FOUND");

  private TrackingErrors() {}

  /**
   * The error for an answer.
   *
   * @param plain what the same answer means from any server
   * @param request what was asked
   * @param server the server
   * @param status the answer's status
   * @param body its body
   */
  static OvmsConverterException of(
      OvmsConverterException plain,
      ServiceRequest request,
      TrackingServer server,
      int status,
      String body) {
    Problem problem = plain.problem();
    if (plain instanceof AccessDeniedException denied) {
      return denied(problem, denied, request.subject(), server);
    }
    Optional<JsonObject> json = TrackingServer.json(body);
    String code = json.flatMap(object -> Json.text(object, "error_code")).orElse("");
    String message = json.flatMap(object -> Json.text(object, "message")).orElse("");
    if (code.isEmpty()) {
      return status == 404 ? wrongServer(problem, server) : ofAnother(plain, status, body);
    }
    Problem told =
        problem.found("the tracking server says: " + shortened(message.isEmpty() ? code : message));
    if (MISSING.contains(code)) {
      return new NotFoundException(
          told.remedy(
              "check the name, and that " + server.setting() + " is the server that knows it"),
          plain);
    }
    return status >= 400 && status < 500 && status != 408 && status != 429
        ? new BadRequestException(told.remedy("correct the location"), plain)
        : new TransferException(told, plain);
  }

  /** What is before the server answers with pages; nginx says only in words what it misses. */
  private static OvmsConverterException ofAnother(
      OvmsConverterException plain, int status, String body) {
    return status == 400 && body.contains("SSL certificate")
        ? new AccessDeniedException(
            plain
                .problem()
                .found("the server wants a certificate of this side, and not the one that it got")
                .remedy("set clientCertificate (MLFLOW_TRACKING_CLIENT_CERT_PATH), and clientKey if"
                    + " the key is in another file"),
            AccessDeniedException.Reason.CREDENTIALS_MISSING,
            plain)
        : plain;
  }

  private static AccessDeniedException denied(
      Problem problem, AccessDeniedException denied, Location subject, TrackingServer server) {
    Location root = server.root();
    Location asked = subject.scheme().equals(ProxyAddress.SCHEME)
        ? ProxyAddress.of(subject, root).server()
        : root;
    if (!asked.value().equalsIgnoreCase(root.value())) {
      // Another server's: the credentials were not sent there, so better ones would not help.
      return new AccessDeniedException(
          problem
              .found(asked + " refuses: " + problem.found() + "; it is not the tracking server, and"
                  + " is not sent the credentials for that")
              .remedy("set trackingUri to that server, with credentials for it, and write "
                  + ProxyAddress.SCHEME + ":/path"),
          denied.reason(),
          denied);
    }
    boolean unknown = denied.reason() == AccessDeniedException.Reason.CREDENTIALS_MISSING;
    return new AccessDeniedException(
        problem
            .found("the tracking server " + root + " refuses: " + problem.found())
            .remedy(
                unknown
                    ? "set username and password, or token (MLFLOW_TRACKING_USERNAME,"
                        + " MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN)"
                    : "check the user and the password, or the token, for the tracking server, and"
                        + " what they may do there"),
        denied.reason(),
        denied);
  }

  private static WrongServerException wrongServer(Problem problem, TrackingServer server) {
    return new WrongServerException(problem
        .found(server.root() + " answers 404, and not as MLflow does")
        .remedy("check " + server.setting()
            + ", also whether the server has a static prefix, which belongs to"
            + " it; an older MLflow may lack what was asked for"));
  }

  /** A page for people, mostly: a login, a proxy's error, another program. */
  static TransferException noJson(
      ServiceRequest request, TrackingServer server, ServiceReply reply, String body) {
    String what = body.stripLeading().startsWith("<") ? "a web page" : "no JSON";
    return new TransferException(Problem.of("look up")
        .on(request.subject())
        .found(server.root() + " answers " + what + " ("
            + reply.header("Content-Type").orElse("no type") + ")")
        .remedy("check " + server.setting()
            + ": it may be another program, or a login may be in between"));
  }

  /** Without line breaks and control characters, and not longer than people read. */
  static String shortened(String message) {
    String plain = message.replaceAll("\\p{Cntrl}+", " ").strip();
    return plain.length() <= LONGEST_MESSAGE ? plain : plain.substring(0, LONGEST_MESSAGE) + "…";
  }
}
