package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.Location;

/** The parts of MLflow's own locations, of which every character stands for itself. */
final class Locations {
  private Locations() {}

  /** What is behind {@code scheme:/}, without slashes at its ends; not for one with a host. */
  static String path(Location location) {
    return trimmed(location.value().substring(location.scheme().length() + 1));
  }

  /** Without slashes at both ends. */
  static String trimmed(String path) {
    return path.replaceAll("^/+|/+$", "");
  }

  /** A location and a path below it, which may be empty. */
  static Location below(Location base, String path) {
    return path.isEmpty() ? base : base.resolve(path);
  }
}
