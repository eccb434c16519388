package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code models:} location says, as MLflow reads it: {@code /<name>/<version>}, {@code
 * /<name>/latest}, {@code /<name>/<stage>}, {@code /<name>@<alias>} or {@code /m-<32 hexadecimal
 * digits>}, and behind each perhaps a path within the model. Every character stands for itself.
 *
 * @param kind how the version is told
 * @param name the registered model's name; the logged model's id
 * @param selector the version, stage or alias; empty where the kind needs none
 * @param path the path within the model; empty for all of it
 */
record ModelName(Kind kind, String name, String selector, String path) {
  private static final Pattern LOGGED = Pattern.compile("m-[0-9a-f]{32}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** The stages that MLflow knows, in small letters; it takes them in any. */
  private static final Set<String> STAGES = Set.of("none", "staging", "production", "archived");

  /** How the version of a model is told. */
  enum Kind {
    VERSION,
    LATEST,
    STAGE,
    ALIAS,
    LOGGED_MODEL
  }

  /**
   * Reads a location.
   *
   * @throws BadRequestException if it names no model, or not which version of it
   */
  static ModelName of(Location location) {
    String text = Locations.path(location);
    int slash = text.indexOf('/');
    String first = slash < 0 ? text : text.substring(0, slash);
    String rest = slash < 0 ? "" : text.substring(slash + 1);
    if (first.isBlank()) {
      throw refused(location, "it names no model");
    }
    if (LOGGED.matcher(first).matches()) {
      return new ModelName(Kind.LOGGED_MODEL, first, "", rest);
    }
    int end = rest.indexOf('/');
    String second = end < 0 ? rest : rest.substring(0, end);
    int at = first.lastIndexOf('@');
    // A name may hold an '@', too: what can only be a version makes it one.
    boolean alias = at > 0 && !isVersion(second);
    if (alias && at < first.length() - 1) {
      return new ModelName(Kind.ALIAS, first.substring(0, at), first.substring(at + 1), rest);
    }
    if (second.isBlank()) {
      throw refused(location, "it does not say which version of '" + first + "'");
    }
    return new ModelName(kindOf(second), first, second, end < 0 ? "" : rest.substring(end + 1));
  }

  private static boolean isVersion(String selector) {
    return DIGITS.matcher(selector).matches()
        || selector.equalsIgnoreCase("latest")
        || STAGES.contains(selector.toLowerCase(Locale.ROOT));
  }

  private static Kind kindOf(String selector) {
    if (DIGITS.matcher(selector).matches()) {
      return Kind.VERSION;
    }
    return selector.equalsIgnoreCase("latest") ? Kind.LATEST : Kind.STAGE;
  }

  private static BadRequestException refused(Location location, String found) {
    return new BadRequestException(Problem.of("look up")
        .on(location)
        .found(found)
        .remedy("write models:/name/version, models:/name@alias, models:/name/latest,"
            + " models:/name/Stage or models:/m-…, and a path behind it if you like"));
  }

  /** Whether a name looks as if it had been escaped for a URL, which MLflow's are not. */
  static boolean isEscaped(String name) {
    Matcher escape = Pattern.compile("%[0-9A-Fa-f]{2}").matcher(name);
    return escape.find();
  }
}
