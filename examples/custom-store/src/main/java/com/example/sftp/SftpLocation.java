package com.example.sftp;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A location's parts. In the path, every character stands for itself. */
record SftpLocation(String host, int port, String path) {
  private static final Pattern FORM = Pattern.compile(
      "[^:]+://(\\[[0-9A-Fa-f:.]+]|[^/@:\\[]+)(?::(\\d{1,5}))?(/.*)?", Pattern.DOTALL);
  private static final int DEFAULT_PORT = 22;
  private static final int HIGHEST_PORT = 65_535;

  static SftpLocation of(Location location) {
    Matcher matcher = FORM.matcher(location.value());
    boolean wellFormed = location.scheme().equals("sftp") && matcher.matches();
    int port = wellFormed ? portOf(matcher.group(2)) : 0;
    if (port < 1 || port > HIGHEST_PORT) {
      throw new BadRequestException(Problem.of("use")
          .on(location)
          .found("it is not of the form sftp://host:port/path")
          .remedy("write it so, and give the user by the setting 'username'"));
    }
    String path = matcher.group(3);
    String host = matcher.group(1).replaceAll("[\\[\\]]", ""); // An IPv6 address stands in such.
    return new SftpLocation(host, port, path == null ? "/" : path);
  }

  private static int portOf(@Nullable String digits) {
    return digits == null ? DEFAULT_PORT : Integer.parseInt(digits);
  }

  /** The server, as a person would name it. */
  String server() {
    return host + " port " + port;
  }
}
