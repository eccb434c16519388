package io.github.fuseml.ovms.api;

/** A parameter's text and a place in it. White space between the parts means nothing. */
final class OptionText {
  private static final int LONGEST_SHOWN = 120;

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

  /** The text up to one of some characters, an arrow or the end; without the space around it. */
  String until(String ends) {
    int start = position;
    while (!atEnd() && ends.indexOf(peek()) < 0 && !isNext("->")) {
      position++;
    }
    return text.substring(start, position).strip();
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
        "see '" + parameter + "' in the documentation of the parameters for examples");
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
