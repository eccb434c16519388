package io.github.fuseml.ovms.testkit;

import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What OVMS reads in the name of a version's directory: C++'s {@code std::stoll} with base 10 (ovms,
 * {@code src/modelmanager.cpp}, {@code readAvailableVersions}). Written apart from the publisher's own
 * parser, so that one can be held against the other.
 */
public final class OvmsVersionParser {
  /** White space of the C locale, a sign, and as many digits as there are. */
  private static final Pattern NUMBER =
      Pattern.compile("[ \\t\\n\\x0b\\f\\r]*([+-]?[0-9]+).*", Pattern.DOTALL);

  private OvmsVersionParser() {}

  /**
   * Reads a directory's name.
   *
   * @param name the name
   * @return the number, of which OVMS passes over those below 1; empty where {@code std::stoll} throws:
   *     without a digit, and beyond 64 bits
   */
  public static OptionalLong parse(String name) {
    Matcher number = NUMBER.matcher(name);
    if (!number.matches()) {
      return OptionalLong.empty();
    }
    BigInteger value = new BigInteger(number.group(1));
    return value.bitLength() < Long.SIZE
        ? OptionalLong.of(value.longValueExact())
        : OptionalLong.empty();
  }
}
