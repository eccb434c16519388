package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to make: what it is for, and what is sent. Immutable; each method answers a new value.
 *
 * @param tried what it is for, as it continues "cannot …"
 * @param method the method
 * @param location where it goes to
 * @param subject what messages name; the location but for files that nobody else knows of
 * @param headers the headers of this request
 * @param text a short body; empty for none
 * @param upload a long body; null for none
 * @param repeatable whether it does no harm, and answers the same, when it is sent again after an
 *     answer that was lost
 */
record Call(
    String tried,
    String method,
    Location location,
    Location subject,
    Map<String, String> headers,
    String text,
    @Nullable Upload upload,
    boolean repeatable) {

  static Call of(String tried, String method, Location location) {
    return new Call(tried, method, location, location, Map.of(), "", null, true);
  }

  Call on(Location named) {
    return new Call(tried, method, location, named, headers, text, upload, repeatable);
  }

  Call with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Call(tried, method, location, subject, more, text, upload, repeatable);
  }

  Call withText(String body) {
    return new Call(tried, method, location, subject, headers, body, upload, repeatable);
  }

  Call withUpload(Upload body) {
    return new Call(tried, method, location, subject, headers, text, body, repeatable);
  }

  Call once() {
    return new Call(tried, method, location, subject, headers, text, upload, false);
  }

  /** GET and HEAD: what may be sent anywhere that a server points to. */
  boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  @Override
  public String toString() {
    return method + " " + location; // The headers may hold a lock's token.
  }
}
