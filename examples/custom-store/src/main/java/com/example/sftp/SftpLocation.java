package com.example.sftp;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A location's parts. In the path, every character stands for itself. */
record SftpLocation(String host, int port, String path) {
  private static final Pattern FORM = Pattern.compile(
      "[^:]+://(\\[[0-9A-Fa-f:.]+]|[^/@:\\[]+)(?::(\\d{1,5}))?(/.*)?", Pattern.DOTALL);
  private static final int DEFAULT_PORT = 22;

  static SftpLocation of(Location location) {
    Matcher matcher = FORM.matcher(location.value());
    if (!location.scheme().equals("sftp") || !matcher.matches()) {
      throw new BadRequestException(Problem.of("use")
          .on(location)
          .found("it is not of the form sftp://host:port/path")
          .remedy("write it so, and give the user by the setting 'username'"));
    }
    String port = matcher.group(2);
    String path = matcher.group(3);
    return new SftpLocation(
        matcher.group(1).replaceAll("[\\[\\]]", ""),
        port == null ? DEFAULT_PORT : Integer.parseInt(port),
        path == null ? "/" : path);
  }

  /** The server, as a person would name it. */
  String server() {
    return host + " port " + port;
  }
}
