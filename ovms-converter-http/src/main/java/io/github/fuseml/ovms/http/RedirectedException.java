package io.github.fuseml.ovms.http;

import java.io.IOException;

/** What went wrong at a server that another one has sent us to. */
final class RedirectedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Which server. */
  private final String server;

  /** What went wrong. */
  private final IOException failure;

  RedirectedException(Origin server, IOException failure) {
    super(failure.getMessage(), failure);
    this.server = server.toString();
    this.failure = failure;
  }

  String server() {
    return server;
  }

  IOException failure() {
    return failure;
  }
}
