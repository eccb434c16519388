package io.github.fuseml.ovms.cli.render;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Builds one JSON object, member by member. Not thread-safe. */
final class JsonText {
  private final StringWriter text = new StringWriter();
  private final JsonWriter json = new JsonWriter(text);

  private JsonText(String indent) {
    json.setIndent(indent);
    json.setSerializeNulls(true);
    begin(null);
  }

  /** An object on one line. */
  static JsonText line() {
    return new JsonText("");
  }

  /** An object that people can read as well. */
  static JsonText document() {
    return new JsonText("  ");
  }

  /** The name of a constant as JSON documents have it. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A time in seconds, to the microsecond. */
  static BigDecimal seconds(long nanos) {
    return BigDecimal.valueOf(Math.round(nanos / 1e3), 6);
  }

  JsonText put(String name, @Nullable String value) {
    return write(() -> json.name(name).value(value));
  }

  JsonText put(String name, long value) {
    return write(() -> json.name(name).value(value));
  }

  JsonText put(String name, BigDecimal value) {
    return write(() -> json.name(name).value(value));
  }

  JsonText put(String name, boolean value) {
    return write(() -> json.name(name).value(value));
  }

  JsonText put(String name, List<String> values) {
    return write(() -> {
      json.name(name).beginArray();
      for (String value : values) {
        json.value(value);
      }
      json.endArray();
    });
  }

  /** Begins an object: a member of the current object, or without a name an element. */
  JsonText begin(@Nullable String name) {
    return write(() -> {
      if (name != null) {
        json.name(name);
      }
      json.beginObject();
    });
  }

  /** Ends the object begun last. */
  JsonText endObject() {
    return write(json::endObject);
  }

  JsonText beginArray(String name) {
    return write(() -> json.name(name).beginArray());
  }

  JsonText endArray() {
    return write(json::endArray);
  }

  /** A number as an element. */
  JsonText element(long value) {
    return write(() -> json.value(value));
  }

  /** Ends the whole and tells its text, with a line break. */
  String end() {
    endObject();
    return text + "\n";
  }

  private JsonText write(Step step) {
    try {
      step.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
  }

  private interface Step {
    void run() throws IOException;
  }
}
