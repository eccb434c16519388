package io.github.fuseml.ovms.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs several command lines in one process, so that a class-data archive made at its end holds the
 * classes of all of them. For the launcher, not for users.
 */
public final class Training {
  /** What stands between two command lines. */
  private static final String NEXT = "--next";

  private Training() {}

  /**
   * Runs the command lines one after the other, also when one fails. The process ends with the code
   * of the first.
   *
   * @param arguments command lines with {@code --next} in between
   */
  public static void main(String[] arguments) {
    List<Integer> codes = new ArrayList<>();
    List<String> line = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals(NEXT)) {
        codes.add(Main.run(line.toArray(String[]::new)));
        line.clear();
      } else {
        line.add(argument);
      }
    }
    codes.add(Main.run(line.toArray(String[]::new)));
    System.exit(codes.get(0));
  }
}
