package io.github.fuseml.ovms.api;

import java.util.Map;
import java.util.Set;

/**
 * A parameter's text and a place in it. White space between the parts means nothing. A name that has
 * characters of the syntax in it stands in double quotes, where a backslash takes the next character
 * as it is.
 */
final class OptionText {
  private static final int LONGEST_SHOWN = 120;

  /** The characters that end a name. */
  private static final String ENDS = ",[]{}()";

  /** What a value looks like, for who got it wrong. */
  private static final Map<String, String> EXAMPLES = Map.ofEntries(
      Map.entry("input_shape", "[1,3,224,224],[1..8,?]"),
      Map.entry("input", "image[1,3,32,32]{f32},conv:1,training->False"),
      Map.entry("freeze_placeholder_with_value", "training->False,sizes->[1,2]"),
      Map.entry("output", "logits,split:1"),
      Map.entry("batch", "1"),
      Map.entry("mean_values", "image(123.7,116.8,103.9)"),
      Map.entry("scale_values", "image(58.4,57.1,57.4)"),
      Map.entry("scale", "255"),
      Map.entry("reverse_input_channels", "true"),
      Map.entry("layout", "image(nhwc->nchw)"),
      Map.entry("source_layout", "image(nhwc)"),
      Map.entry("target_layout", "image(nchw)"),
      Map.entry("static_shape", "true"),
      Map.entry("saved_model_tags", "serve,gpu"),
      Map.entry("signature", "serving_default"),
      Map.entry("data_type", "FP16"),
      Map.entry("compress_to_fp16", "true"));

  private static final Set<String> NAMING = Set.of(
      "input",
      "output",
      "freeze_placeholder_with_value",
      "mean_values",
      "scale_values",
      "layout",
      "source_layout",
      "target_layout");

  private final String parameter;
  private final String text;
  private int position;
  private int wordStart;

  OptionText(String parameter, String text) {
    this.parameter = parameter;
    this.text = text;
    skipSpace();
  }

  boolean atEnd() {
    return position == text.length();
  }

  char peek() {
    return atEnd() ? '\0' : text.charAt(position);
  }

  boolean isNext(String expected) {
    return text.startsWith(expected, position);
  }

  /** Steps over an expected text, if it comes next, and over the space behind it. */
  boolean take(String expected) {
    if (!isNext(expected)) {
      return false;
    }
    position += expected.length();
    skipSpace();
    return true;
  }

  void require(String expected) {
    if (!take(expected)) {
      throw wrong("'" + expected + "'");
    }
  }

  /** A name: in quotes, else up to a bracket, a comma, an arrow or the end, without the space around it. */
  String name() {
    if (peek() == '"') {
      return quotedName();
    }
    int start = position;
    while (!atEnd() && ENDS.indexOf(peek()) < 0 && !isNext("->")) {
      position++;
    }
    return text.substring(start, position).strip();
  }

  private String quotedName() {
    StringBuilder name = new StringBuilder();
    for (position++; !atEnd() && peek() != '"'; position++) {
      if (peek() == '\\' && position + 1 < text.length()) {
        position++;
      }
      name.append(peek());
    }
    require("\"");
    if (name.length() == 0) {
      throw wrong("a name inside the quotes");
    }
    return name.toString();
  }

  /** A name as {@link #name()} reads it. */
  static String quoted(String name) {
    boolean plain = name.strip().equals(name)
        && !name.contains("->")
        && name.chars().noneMatch(c -> ENDS.indexOf(c) >= 0 || c == '"' || c == '\\');
    return plain ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Everything up to the end, without the space around it. */
  String rest() {
    String rest = text.substring(position).strip();
    position = text.length();
    return rest;
  }

  /** The characters that belong to a number, a range or a word. */
  String word() {
    wordStart = position;
    while (!atEnd() && isWord(peek()) && !isNext("->")) {
      position++;
    }
    String word = text.substring(wordStart, position);
    skipSpace();
    return word;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || "+-._?*".indexOf(c) >= 0;
  }

  int position() {
    return position;
  }

  void back(int earlier) {
    position = earlier;
  }

  /** Says what was expected instead of the last word. */
  BadRequestException wrongWord(String expected) {
    position = wordStart;
    return wrong(expected);
  }

  BadRequestException wrong(String expected) {
    String shown = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    return refused(
        parameter,
        "expected %s at %s: \"%s\""
            .formatted(expected, atEnd() ? "the end" : "column " + (position + 1), shown),
        remedy());
  }

  private String remedy() {
    String example = EXAMPLES.get(parameter);
    return (example == null ? "correct it" : "write it as in this example: " + example)
        + (NAMING.contains(parameter)
            ? "; a name with brackets, commas or '->' in it goes into double quotes"
            : "");
  }

  static BadRequestException refused(String parameter, String found, String remedy) {
    return new BadRequestException(Problem.of("read").on(parameter).found(found).remedy(remedy));
  }

  private void skipSpace() {
    while (!atEnd() && Character.isWhitespace(peek())) {
      position++;
    }
  }
}
