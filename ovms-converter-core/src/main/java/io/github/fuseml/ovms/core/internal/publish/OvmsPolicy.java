package io.github.fuseml.ovms.core.internal.publish;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A {@code model_version_policy} of OVMS (ovms, {@code src/schema.cpp}): an object with one of {@code
 * all}, {@code latest} and {@code specific}. What OVMS would refuse is refused, for nobody knows what it
 * was to keep.
 */
final class OvmsPolicy {
  private OvmsPolicy() {}

  /**
   * What a policy says.
   *
   * @param policy the value; null where there is none
   * @return what OVMS serves
   * @throws IllegalArgumentException if it is no policy, with what is wrong
   */
  static Housekeeping.Policy of(@Nullable JsonSpan policy) {
    if (policy == null) {
      return Housekeeping.Policy.DEFAULT;
    }
    if (!policy.isObject() || policy.children().isEmpty()) {
      throw wrong(policy, "an object such as {\"latest\": {\"num_versions\": 2}}");
    }
    Housekeeping.Policy all = Housekeeping.Policy.DEFAULT;
    for (JsonSpan part : policy.children()) {
      all = all.and(
          switch (String.valueOf(part.key())) {
            case "all" -> new Housekeeping.Policy(1, number -> true);
            case "latest" -> new Housekeeping.Policy(latest(part), number -> false);
            case "specific" -> new Housekeeping.Policy(1, specific(part)::contains);
            default -> throw wrong(policy, "one of all, latest and specific");
          });
    }
    return all;
  }

  private static int latest(JsonSpan part) {
    Optional<JsonSpan> count = part.member("num_versions");
    return count.isEmpty() ? 1 : (int) Math.min(Integer.MAX_VALUE, number(count.get()));
  }

  private static Set<Long> specific(JsonSpan part) {
    JsonSpan versions = part.member("versions")
        .filter(JsonSpan::isArray)
        .orElseThrow(() -> wrong(part, "an array 'versions'"));
    return versions.children().stream().map(OvmsPolicy::number).collect(Collectors.toSet());
  }

  /** Those beyond a long's range are no version's, and more than there are. */
  private static long number(JsonSpan value) {
    try {
      BigDecimal number = new BigDecimal(value.raw());
      if (number.signum() > 0 && number.stripTrailingZeros().scale() <= 0) {
        return number.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
      }
    } catch (NumberFormatException e) {
      // Falls through to the one refusal below.
    }
    throw wrong(value, "a whole number above 0");
  }

  private static IllegalArgumentException wrong(JsonSpan value, String expected) {
    String raw = value.raw();
    String shown = raw.length() > 60 ? raw.substring(0, 60) + "…" : raw;
    return new IllegalArgumentException(
        "a model_version_policy has " + shown + " where " + expected + " should be");
  }
}
