package io.github.fuseml.ovms.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Optional;

/**
 * What a server answered; its body is still arriving. To be closed.
 *
 * @param status the status code
 * @param headers the headers
 * @param body the body
 * @param uri who answered, after redirects
 * @param directory whether the server says that the location is a directory: it redirects to the
 *     same path with a slash
 * @param repeated whether the request was sent before, and that answer may have been lost
 */
record Answer(
    int status, HttpHeaders headers, BodyStream body, URI uri, boolean directory, boolean repeated)
    implements AutoCloseable {

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  boolean isMissing() {
    return status == 404 || status == 410;
  }

  Optional<String> header(String name) {
    return headers.firstValue(name).map(String::strip).filter(value -> !value.isEmpty());
  }

  /**
   * How the body is changed on its way, although nobody asked for that; empty when it is not. Of a file
   * that is compressed itself some servers say so too, and mean the file.
   */
  Optional<String> encoding() {
    String path = uri.getPath().toLowerCase(Locale.ROOT);
    boolean gzip = path.endsWith(".gz") || path.endsWith(".tgz");
    return header("Content-Encoding")
        .map(encoding -> encoding.toLowerCase(Locale.ROOT))
        .filter(encoding -> !encoding.equals("identity"))
        .filter(encoding -> !(gzip && encoding.matches("(x-)?gzip")));
  }

  Answer asDirectory() {
    return new Answer(status, headers, body, uri, true, repeated);
  }

  Answer asRepeated() {
    return new Answer(status, headers, body, uri, directory, true);
  }

  /** Lets the connection go, for another request where that is cheap. */
  @Override
  public void close() {
    body.discard();
  }

  @Override
  public String toString() {
    return "status " + status;
  }
}
