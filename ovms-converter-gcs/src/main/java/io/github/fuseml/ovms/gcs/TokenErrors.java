package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpResponseException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong when the credentials were exchanged for an access token. The exceptions are not
 * passed on as causes: they hold what was sent and answered.
 */
final class TokenErrors {
  private TokenErrors() {}

  /** The error; null if this is none of a token. */
  static @Nullable OvmsConverterException translate(Throwable error, Problem problem) {
    boolean ofToken = false;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String name = cause.getClass().getName();
      ofToken |= name.startsWith("com.google.auth.")
          || String.valueOf(cause.getMessage()).startsWith("Error getting access token");
      if (ofToken && cause instanceof HttpResponseException answer) {
        return ofAnswer(answer, problem);
      }
    }
    return null;
  }

  private static OvmsConverterException ofAnswer(HttpResponseException answer, Problem problem) {
    JsonObject told = json(answer.getContent());
    String code = text(told, "error");
    String description = text(told, "error_description");
    int status = answer.getStatusCode();
    if (code.isEmpty() && status >= 500) {
      return new TransferException(problem
          .found("the token service answered " + status)
          .remedy("try again later")
          .mayHelpToRetry());
    }
    String lower = description.toLowerCase(Locale.ROOT);
    if (lower.contains("timeframe") || lower.contains("iat and exp")) {
      return new AccessDeniedException(
          problem
              .found("this machine's clock is too far from that of Google's token service")
              .remedy("set the clock, for instance by NTP"),
          Reason.CLOCK,
          null);
    }
    String found = "the token service refuses the credentials: "
        + (code.isEmpty() ? "status " + status : code)
        + (description.isEmpty() ? "" : ", " + description.replaceFirst("\\.$", ""));
    return new AccessDeniedException(
        problem
            .found(found)
            .remedy("check that the key and its account still exist and are not disabled, or log"
                + " in again"),
        Reason.CREDENTIALS_REFUSED,
        null);
  }

  private static JsonObject json(@Nullable String content) {
    try {
      JsonElement element = JsonParser.parseString(content == null ? "" : content);
      return element.isJsonObject() ? element.getAsJsonObject() : new JsonObject();
    } catch (JsonParseException e) {
      return new JsonObject();
    }
  }

  private static String text(JsonObject object, String name) {
    JsonElement element = object.get(name);
    return element != null && element.isJsonPrimitive() ? element.getAsString() : "";
  }
}
