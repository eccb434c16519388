package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Problem;
import java.util.Set;

/**
 * The version numbers that OVMS sees in a model's directory.
 *
 * <p>OVMS parses a directory's name with a lenient number parser: {@code 3.tmp} and {@code 3-old} count
 * as 3 (ovms, {@code src/modelmanager.cpp}, {@code std::stoll}). Numbers below 1 are no versions.
 */
public final class VersionNumbers {
  private VersionNumbers() {}

  /**
   * The number of the next version.
   *
   * @param directories the names of the directories in the model's directory
   * @return one above the highest, at least 1
   * @throws ConflictException if none is above the highest
   */
  public static long next(Set<String> directories) {
    return after(highest(directories));
  }

  /**
   * The number that OVMS serves where no policy says otherwise.
   *
   * @param directories the names of the directories in the model's directory
   * @return the highest, 0 when there is none
   */
  public static long highest(Set<String> directories) {
    return directories.stream().mapToLong(VersionNumbers::parse).max().orElse(0);
  }

  /**
   * The number that follows another one.
   *
   * @param version a number
   * @return one more
   * @throws ConflictException if there is none
   */
  static long after(long version) {
    if (version == Long.MAX_VALUE) {
      throw new ConflictException(Problem.of("publish the next version")
          .found("there is none above " + version + ", the highest number that OVMS reads")
          .remedy("remove that version, or say which one to publish (--version)"));
    }
    return version + 1;
  }

  /**
   * The number that OVMS reads in a directory's name.
   *
   * @param name the name
   * @return the number, 0 when there is none
   */
  public static long parse(String name) {
    long number = 0;
    for (int i = start(name); i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < '0' || c > '9') {
        break;
      }
      int digit = c - '0';
      if (number > (Long.MAX_VALUE - digit) / 10) {
        return 0; // Out of range for OVMS too, which skips it.
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** Where the digits begin: that parser skips white space and a plus sign. */
  private static int start(String name) {
    int start = 0;
    while (start < name.length() && " \t\n\u000b\f\r".indexOf(name.charAt(start)) >= 0) {
      start++;
    }
    return start < name.length() && name.charAt(start) == '+' ? start + 1 : start;
  }

  /**
   * Whether a name is a version's own: a number above 0 and nothing else.
   *
   * @param name a directory's name
   * @return true for {@code 1}, false for {@code 01}, {@code 1.tmp} and {@code 0}
   */
  public static boolean isVersion(String name) {
    return Long.toString(parse(name)).equals(name) && !name.equals("0");
  }
}
