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
   * @param server the tracking server
   * @param status the answer's status
   * @param body its body
   */
  static OvmsConverterException of(
      OvmsConverterException plain,
      ServiceRequest request,
      Location server,
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
      return status == 404 ? wrongServer(problem, server) : plain;
    }
    Problem told =
        problem.found("the tracking server says: " + shortened(message.isEmpty() ? code : message));
    if (MISSING.contains(code)) {
      return new NotFoundException(
          told.remedy("check the name, and that trackingUri is the server that knows it"), plain);
    }
    return status >= 400 && status < 500 && status != 408 && status != 429
        ? new BadRequestException(told.remedy("correct the location"), plain)
        : new TransferException(told, plain);
  }

  private static AccessDeniedException denied(
      Problem problem, AccessDeniedException denied, Location subject, Location server) {
    Location asked = subject.scheme().equals(ProxyAddress.SCHEME)
        ? ProxyAddress.of(subject, server).server()
        : server;
    if (!asked.value().equalsIgnoreCase(server.value())) {
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
            .found("the tracking server " + server + " refuses: " + problem.found())
            .remedy(
                unknown
                    ? "set username and password, or token (MLFLOW_TRACKING_USERNAME,"
                        + " MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN)"
                    : "check the user and the password, or the token, for the tracking server, and"
                        + " what they may do there"),
        denied.reason(),
        denied);
  }

  private static WrongServerException wrongServer(Problem problem, Location server) {
    return new WrongServerException(problem
        .found(server + " answers 404, and not as MLflow does")
        .remedy("check trackingUri, also whether the server has a static prefix, which belongs to"
            + " it; an older MLflow may lack what was asked for"));
  }

  /** A page for people, mostly: a login, a proxy's error, another program. */
  static TransferException noJson(
      ServiceRequest request, Location server, ServiceReply reply, String body) {
    String what = body.stripLeading().startsWith("<") ? "a web page" : "no JSON";
    return new TransferException(Problem.of("look up")
        .on(request.subject())
        .found(server + " answers " + what + " (" + reply.header("Content-Type").orElse("no type")
            + ")")
        .remedy("check trackingUri: it may be another program, or a login may be in between"));
  }

  private static String shortened(String message) {
    String plain = message.replaceAll("\\p{Cntrl}+", " ").strip();
    return plain.length() <= LONGEST_MESSAGE ? plain : plain.substring(0, LONGEST_MESSAGE) + "…";
  }
}
