package io.github.fuseml.ovms.core.internal.publish;

import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value in a JSON text and where it stands, so that a text can be changed in one place and stays as
 * it is everywhere else. A strict parser has read the text as a whole before: only places are looked for
 * here, by what holds of every document of RFC 8259.
 *
 * @param text the whole text
 * @param from where it begins, with its name in an object
 * @param start where the value begins
 * @param end where it has ended
 * @param key its name in an object, null elsewhere
 * @param children the members of an object, the elements of an array; none of anything else
 */
record JsonSpan(
    String text, int from, int start, int end, @Nullable String key, List<JsonSpan> children) {
  private static final int DEEPEST = 255;

  /**
   * Reads a text.
   *
   * @param text a JSON document
   * @return its value
   * @throws IllegalArgumentException if it is no JSON, with what is wrong
   */
  static JsonSpan parse(String text) {
    if (text.startsWith("\uFEFF")) {
      throw new IllegalArgumentException("it begins with a byte order mark, which JSON has not");
    }
    requireJson(text);
    return new Scanner(text).value(null, -1);
  }

  private static void requireJson(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(DEEPEST);
      reader.skipValue();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("something follows its end");
      }
    } catch (MalformedJsonException e) {
      throw new IllegalArgumentException("it is no JSON: " + cause(e), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("it is no JSON: it ends too early", e);
    }
  }

  private static String cause(MalformedJsonException e) {
    String message = String.valueOf(e.getMessage());
    int line = message.indexOf(" at line");
    int end = message.indexOf('\n');
    return line < 0
        ? "it cannot be read"
        : "wrong" + message.substring(line, end < 0 ? message.length() : end);
  }

  boolean isObject() {
    return text.charAt(start) == '{';
  }

  boolean isArray() {
    return text.charAt(start) == '[';
  }

  /** The value as it stands there. */
  String raw() {
    return text.substring(start, end);
  }

  /** The text of a string; empty for anything else. */
  Optional<String> string() {
    return text.charAt(start) == '"'
        ? Optional.of(JsonParser.parseString(raw()).getAsString())
        : Optional.empty();
  }

  /** A member of an object. */
  Optional<JsonSpan> member(String name) {
    return isObject()
        ? children.stream().filter(child -> name.equals(child.key)).findFirst()
        : Optional.empty();
  }

  /** Finds the ends of values. */
  private static final class Scanner {
    private final String text;
    private int position;

    Scanner(String text) {
      this.text = text;
    }

    JsonSpan value(@Nullable String key, int from) {
      int start = skipSpace();
      char first = text.charAt(start);
      List<JsonSpan> children = new ArrayList<>();
      if (first == '{' || first == '[') {
        position++;
        container(first == '{', children);
      } else if (first == '"') {
        skipString();
      } else {
        while (position < text.length() && ",]} \t\r\n".indexOf(text.charAt(position)) < 0) {
          position++;
        }
      }
      return new JsonSpan(
          text, from < 0 ? start : from, start, position, key, List.copyOf(children));
    }

    private void container(boolean object, List<JsonSpan> children) {
      char close = object ? '}' : ']';
      while (text.charAt(skipSpace()) != close) {
        if (text.charAt(position) == ',') {
          position++;
          continue;
        }
        String key = null;
        int start = position;
        if (object) {
          skipString();
          key = JsonParser.parseString(text.substring(start, position)).getAsString();
          skipSpace();
          position++; // The colon.
        }
        children.add(value(key, object ? start : -1));
      }
      position++;
    }

    private void skipString() {
      position++;
      while (text.charAt(position) != '"') {
        position += text.charAt(position) == '\\' ? 2 : 1;
      }
      position++;
    }

    int skipSpace() {
      while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
        position++;
      }
      return position;
    }
  }
}
