package io.github.fuseml.ovms.cli.fuseml;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what errors advise in the words of a step, which has variables where commands have options. */
public final class StepWords {
  private static final Pattern OPTION = Pattern.compile("--([a-z]+(?:-[a-z]+)*)");
  private static final Pattern ARTIFACT = Pattern.compile("--artifact (\\S+)");

  /** Options that have a variable of another name. */
  private static final Map<String, FusemlVariable> OTHER_NAMES = Map.of(
      "output", FusemlVariable.OUTPUT_MODEL,
      "format", FusemlVariable.INPUT_FORMAT,
      "model-outputs", FusemlVariable.OUTPUT);

  /** Options of 'convert' that a step has in no way. */
  private static final Set<String> OF_CONVERT =
      Set.of("flavor", "force", "keep", "replace", "shapes", "signature", "verify", "version");

  private StepWords() {}

  /**
   * Translates a text.
   *
   * @param text for people who have options
   * @return the same for people who have variables
   */
  public static String of(String text) {
    String input = FusemlVariable.INPUT_MODEL.variable();
    String located = ARTIFACT
        .matcher(text)
        .replaceAll(
            match -> Matcher.quoteReplacement("by " + match.group(1) + " at the end of " + input));
    located = located.replace("--artifact", "the end of " + input);
    return OPTION.matcher(located).replaceAll(match -> Matcher.quoteReplacement(word(match)));
  }

  private static String word(java.util.regex.MatchResult option) {
    String name = option.group(1);
    FusemlVariable other = OTHER_NAMES.get(name);
    if (other != null) {
      return other.variable();
    }
    FusemlVariable variable = byName().get(name);
    if (variable != null) {
      return variable.variable();
    }
    return OF_CONVERT.contains(name) ? "'convert " + option.group() + "'" : option.group();
  }

  private static Map<String, FusemlVariable> byName() {
    Map<String, FusemlVariable> names = new TreeMap<>();
    for (FusemlVariable variable : FusemlVariable.values()) {
      names.put(variable.name().toLowerCase(Locale.ROOT).replace('_', '-'), variable);
    }
    return names;
  }
}
