package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Content;
import java.util.Locale;

/** A request to a service. Immutable; each method answers a new one. */
public final class ServiceRequest {
  private final Call call;

  private ServiceRequest(Call call) {
    this.call = call;
  }

  /**
   * A request without a body. It may be sent again after an answer that was lost, unless {@link
   * #once()} says otherwise.
   *
   * @param tried what it is for, as it continues "cannot …"
   * @param method the HTTP method
   * @param url where it goes to
   * @return the request
   */
  public static ServiceRequest of(String tried, String method, Location url) {
    return new ServiceRequest(Call.of(tried, method.toUpperCase(Locale.ROOT), url));
  }

  /**
   * Names in messages something else than the URL.
   *
   * @param subject what the user knows
   * @return the request
   */
  public ServiceRequest on(Location subject) {
    return new ServiceRequest(call.on(subject));
  }

  /**
   * Adds a header.
   *
   * @param name its name
   * @param value its value
   * @return the request
   */
  public ServiceRequest with(String name, String value) {
    return new ServiceRequest(call.with(name, value));
  }

  /**
   * Sends a JSON document.
   *
   * @param text the document
   * @return the request
   */
  public ServiceRequest json(String text) {
    return new ServiceRequest(call.with("Content-Type", "application/json").withText(text));
  }

  /**
   * Sends a content, which is told how far that is.
   *
   * @param content what is sent
   * @return the request
   */
  public ServiceRequest content(Content content) {
    return new ServiceRequest(call.withUpload(new Upload(content)));
  }

  /**
   * Says that it may do harm to send it twice.
   *
   * @return the request
   */
  public ServiceRequest once() {
    return new ServiceRequest(call.once());
  }

  /**
   * What messages name.
   *
   * @return the URL, or what the user knows instead
   */
  public Location subject() {
    return call.subject();
  }

  Call call() {
    return call;
  }

  @Override
  public String toString() {
    return call.toString();
  }
}
