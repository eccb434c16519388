package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The operators that are not ONNX's own. Most of them, among them nearly all of {@code ai.onnx.ml},
 * are not known to OpenVINO: worth a warning before a large model is fetched, though not a refusal,
 * for an engine may have been taught more.
 */
final class OnnxOperators {
  private static final int MOST = 50;

  /** Domains whose operators OpenVINO implements to a good part. */
  private static final Set<String> KNOWN =
      Set.of("", "ai.onnx", "com.microsoft", "org.openvinotoolkit");

  /** What OpenVINO 2026.4 reads of {@code ai.onnx.ml}. */
  private static final Set<String> KNOWN_OPERATORS = Set.of("ai.onnx.ml.Normalizer");

  private final Set<String> defined = new HashSet<>();
  private final Set<Use> used = new HashSet<>();

  private record Use(String domain, String operator) {}

  /** A domain whose operators the model defines itself, as functions. */
  void define(String domain) {
    if (defined.size() < MOST) {
      defined.add(domain);
    }
  }

  void use(String domain, String operator) {
    if (!KNOWN.contains(domain)
        && !KNOWN_OPERATORS.contains(domain + "." + operator)
        && used.size() < MOST) {
      used.add(new Use(domain, operator));
    }
  }

  /** The operators that an engine may not know, fit for a message; empty when there are none. */
  String foreign() {
    Set<String> names = new TreeSet<>();
    for (Use use : used) {
      if (!defined.contains(use.domain)) {
        names.add(Shown.line(use.domain + "." + use.operator));
      }
    }
    return String.join(", ", names);
  }
}
