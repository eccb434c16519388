package io.github.fuseml.ovms.core.internal.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An optional part of the OpenVINO engine: packages that few conversions need, in a Python environment
 * of their own, so that what needs none of them neither waits for their import nor lives with their
 * versions.
 */
enum EngineExtra {
  /** NNCF, which compresses weights to integers. */
  COMPRESSION("compression", "python3", "python"),

  /** TensorFlow with both Keras: exports Keras models, which OpenVINO does not read. */
  KERAS("keras", "python3.11", "python3.12", "python3.13"),

  /** ONNX Runtime: runs ONNX models, for the comparison with what was made of them. */
  COMPARE("compare", "python3.11", "python3.12", "python3.13", "python3.14");

  private final String id;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable.
  private final List<String> interpreters;

  EngineExtra(String id, String... interpreters) {
    this.id = id;
    this.interpreters = List.of(interpreters);
  }

  String id() {
    return id;
  }

  /** The resource that pins its packages. */
  String requirements() {
    return "requirements-" + id + ".txt";
  }

  /** What the Python that its packages know may be called, the best first. */
  List<String> interpreters() {
    return interpreters;
  }

  static Optional<EngineExtra> of(String id) {
    return Arrays.stream(values()).filter(extra -> extra.id.equals(id)).findFirst();
  }

  static Set<String> ids() {
    return Arrays.stream(values()).map(EngineExtra::id).collect(Collectors.toUnmodifiableSet());
  }
}
