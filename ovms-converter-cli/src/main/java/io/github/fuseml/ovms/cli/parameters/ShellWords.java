package io.github.fuseml.ovms.cli.parameters;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.util.ArrayList;
import java.util.List;

/** Splits a text into arguments by the rules of a POSIX shell for quotes and backslashes. */
final class ShellWords {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int position;

  private ShellWords(String text) {
    this.text = text;
  }

  /**
   * The arguments of a text.
   *
   * @param subject what the text is, for an error
   * @throws BadRequestException if a quote is not closed
   */
  static List<String> split(String subject, String text) {
    ShellWords words = new ShellWords(text);
    if (!words.read()) {
      throw new BadRequestException(Problem.of("read")
          .on(subject)
          .found("the quote at column " + (words.position + 1) + " is not closed: " + text)
          .remedy("close it, or put a backslash before it"));
    }
    return words.words;
  }

  private boolean read() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '\'' || c == '"') {
        if (!quoted(c)) {
          return false;
        }
      } else if (Character.isWhitespace(c)) {
        end();
      } else {
        boolean escaped = c == '\\' && position + 1 < text.length();
        add(escaped ? text.charAt(++position) : c);
      }
      position++;
    }
    end();
    return true;
  }

  /** Reads up to the closing quote; stays at the opening one if there is none. */
  private boolean quoted(char quote) {
    inWord = true;
    int start = word.length();
    for (int i = position + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        position = i;
        return true;
      }
      boolean escaped = quote == '"'
          && c == '\\'
          && i + 1 < text.length()
          && "\"\\$`".indexOf(text.charAt(i + 1)) >= 0;
      word.append(escaped ? text.charAt(++i) : c);
    }
    word.setLength(start);
    return false;
  }

  private void add(char c) {
    inWord = true;
    word.append(c);
  }

  private void end() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
