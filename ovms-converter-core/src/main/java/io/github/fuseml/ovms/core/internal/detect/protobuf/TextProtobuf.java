package io.github.fuseml.ovms.core.internal.detect.protobuf;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;

/**
 * Pulls fields out of protobuf's text form. It knows no schema and does not check values; what it
 * needs is the structure, within bounds.
 */
public final class TextProtobuf {
  private static final int DEEPEST = 64;
  private static final long LONGEST = 64L << 20;
  private static final int KEPT = 4096;

  private final FileBytes bytes;
  private long position;
  private int depth;
  private String name = "";
  private String value = "";

  /** What {@link #next()} came to. */
  public enum Event {
    /** A field with a simple value. */
    FIELD,
    /** A field whose value is a message, which begins here. */
    OPEN,
    /** The end of a message. */
    CLOSE,
    /** The end of the file. */
    END
  }

  /**
   * A parser before the first field.
   *
   * @param bytes the file
   */
  public TextProtobuf(FileBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * The name of the current field.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * The value of the current simple field.
   *
   * @return the first 4 KiB of it; of a string without its quotes and with its escapes
   */
  public String value() {
    return value;
  }

  /**
   * Goes on.
   *
   * @return what came next
   * @throws MalformedException if it is no text form of a message
   */
  public Event next() throws MalformedException {
    skipSpace(true);
    if (atEnd()) {
      if (depth > 0) {
        throw new MalformedException("truncated: a message that was opened is not closed");
      }
      return Event.END;
    }
    int c = bytes.at(position);
    if (c == '}' || c == '>') {
      position++;
      return close();
    }
    name = c == '[' ? bracketed() : word();
    skipSpace(false);
    boolean colon = !atEnd() && bytes.at(position) == ':';
    if (colon) {
      position++;
      skipSpace(false);
    }
    int begins = atEnd() ? -1 : bytes.at(position);
    if (begins == '{' || begins == '<') {
      position++;
      return open();
    }
    if (!colon) {
      throw new MalformedException("byte " + position + " should be a colon or a brace");
    }
    value = begins == '[' ? bracketed() : scalar(begins);
    return Event.FIELD;
  }

  /**
   * Skips the rest of the message that was just opened.
   *
   * @throws MalformedException if it does not end
   */
  public void skip() throws MalformedException {
    int outside = depth - 1;
    while (depth > outside) {
      next();
    }
  }

  private Event open() throws MalformedException {
    if (++depth > DEEPEST) {
      throw new MalformedException("its messages are nested deeper than " + DEEPEST);
    }
    return Event.OPEN;
  }

  private Event close() throws MalformedException {
    if (--depth < 0) {
      throw new MalformedException("byte " + (position - 1) + " closes nothing");
    }
    return Event.CLOSE;
  }

  private boolean atEnd() throws MalformedException {
    if (position > LONGEST) {
      throw new MalformedException("it is text of more than " + LONGEST + " bytes");
    }
    return position >= bytes.size();
  }

  private void skipSpace(boolean betweenFields) throws MalformedException {
    boolean comment = false;
    while (!atEnd()) {
      int c = bytes.at(position);
      comment = comment ? c != '\n' : c == '#';
      boolean separator = betweenFields && (c == ',' || c == ';');
      if (!comment && !separator && c != ' ' && c != '\n' && c != '\t' && c != '\r') {
        return;
      }
      position++;
    }
  }

  private String word() throws MalformedException {
    StringBuilder word = new StringBuilder();
    while (!atEnd() && isWord(bytes.at(position))) {
      append(word, bytes.at(position++));
    }
    if (word.isEmpty()) {
      throw new MalformedException("byte " + position + " begins no name");
    }
    return word.toString();
  }

  private String scalar(int begins) throws MalformedException {
    if (begins != '"' && begins != '\'') {
      return word();
    }
    StringBuilder text = new StringBuilder();
    // Strings that follow each other are one.
    while (!atEnd() && (bytes.at(position) == '"' || bytes.at(position) == '\'')) {
      quoted(text);
      skipSpace(false);
    }
    return text.toString();
  }

  private void quoted(StringBuilder text) throws MalformedException {
    int quote = bytes.at(position++);
    while (!atEnd()) {
      int c = bytes.at(position++);
      if (c == quote) {
        return;
      }
      append(text, c);
      if (c == '\\' && !atEnd()) {
        append(text, bytes.at(position++));
      }
    }
    throw new MalformedException("truncated: a string is not closed");
  }

  /** A list of values, or the name of an extension: nothing of interest, but strings may hold ']'. */
  private String bracketed() throws MalformedException {
    StringBuilder ignored = new StringBuilder();
    int open = 0;
    while (!atEnd()) {
      int c = bytes.at(position);
      if (c == '"' || c == '\'') {
        quoted(ignored);
        continue;
      }
      position++;
      open += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (open == 0) {
        return "[]";
      }
    }
    throw new MalformedException("truncated: a list is not closed");
  }

  private static void append(StringBuilder text, int c) {
    if (text.length() < KEPT) {
      text.append((char) c);
    }
  }

  private static boolean isWord(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '+'
        || c == '.'
        || c == '/';
  }
}
