package io.github.fuseml.ovms.cli.fuseml;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments of the Model Optimizer that a workflow may go on giving, though they change nothing. */
enum ExtraArgument {
  DISABLE_NHWC_TO_NCHW("--disable_nhwc_to_nchw", "the converter never transposes"),
  USE_NEW_FRONTEND("--use_new_frontend", "there is no other front end");

  private final String flag;
  private final String why;

  ExtraArgument(String flag, String why) {
    this.flag = flag;
    this.why = why;
  }

  String flag() {
    return flag;
  }

  String why() {
    return why;
  }

  static @Nullable ExtraArgument find(String argument) {
    for (ExtraArgument known : values()) {
      if (known.flag.equals(argument)) {
        return known;
      }
    }
    return null;
  }

  /** The arguments of a string, separated by white space. */
  static List<String> split(String value) {
    List<String> arguments = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= value.length(); i++) {
      boolean space = i == value.length() || Character.isWhitespace(value.charAt(i));
      if (space && start >= 0) {
        arguments.add(value.substring(start, i));
        start = -1;
      } else if (!space && start < 0) {
        start = i;
      }
    }
    return arguments;
  }

  /** An argument without its value. */
  static String shown(String argument) {
    int equals = argument.indexOf('=');
    return equals < 0 ? argument : argument.substring(0, equals);
  }
}
