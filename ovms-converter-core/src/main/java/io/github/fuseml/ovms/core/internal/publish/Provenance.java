package io.github.fuseml.ovms.core.internal.publish;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The record of where a version comes from, beside its files. {@code docs/provenance.md} describes the
 * document. What is read may have been written by a later release, or by anybody: members that are
 * missing or of another kind count as absent.
 */
public final class Provenance {
  /**
   * The record's name. OVMS ignores it: it ends in none of the suffixes that it fetches, and not in
   * {@code mapping_config.json}.
   */
  public static final String FILE = "ovms-converter.provenance.json";

  /** The schema that this release writes. */
  public static final int SCHEMA_VERSION = 1;

  private static final Gson PRETTY =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final JsonObject json;

  /**
   * A record.
   *
   * @param json the document
   */
  public Provenance(JsonObject json) {
    this.json = json;
  }

  /**
   * Reads a record.
   *
   * @param bytes the document
   * @return the record; empty if it is none
   */
  static Optional<Provenance> parse(byte[] bytes) {
    try {
      JsonElement read = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
      return read.isJsonObject()
          ? Optional.of(new Provenance(read.getAsJsonObject()))
          : Optional.empty();
    } catch (JsonParseException | StackOverflowError e) {
      return Optional.empty();
    }
  }

  /**
   * The same record with other members.
   *
   * @param members what to put in, or in place
   * @return a new record
   */
  public Provenance with(Map<String, JsonElement> members) {
    JsonObject copy = json.deepCopy();
    members.forEach(copy::add);
    return new Provenance(copy);
  }

  /**
   * The document.
   *
   * @return UTF-8, with a newline at its end
   */
  public byte[] bytes() {
    return (PRETTY.toJson(json) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A member, which may lie deeper.
   *
   * @param path the names on the way
   * @return the text; empty where there is none
   */
  public Optional<String> text(String... path) {
    return find(path)
        .filter(value -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isString())
        .map(JsonElement::getAsString);
  }

  /**
   * A whole number, which may lie deeper.
   *
   * @param path the names on the way
   * @return the number; empty where there is none
   */
  public OptionalLong number(String... path) {
    return find(path).map(Provenance::number).orElseGet(OptionalLong::empty);
  }

  private static OptionalLong number(@Nullable JsonElement value) {
    try {
      return value != null
              && value.isJsonPrimitive()
              && value.getAsJsonPrimitive().isNumber()
          ? OptionalLong.of(value.getAsBigDecimal().longValueExact())
          : OptionalLong.empty();
    } catch (ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The objects of an array, which may lie deeper.
   *
   * @param path the names on the way
   * @return the objects; none where there is no such array
   */
  public List<JsonObject> objects(String... path) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement element : array(path)) {
      if (element.isJsonObject()) {
        objects.add(element.getAsJsonObject());
      }
    }
    return objects;
  }

  /**
   * The texts of an array, which may lie deeper.
   *
   * @param path the names on the way
   * @return the texts; none where there is no such array
   */
  public List<String> texts(String... path) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : array(path)) {
      if (element.isJsonPrimitive()) {
        texts.add(element.getAsString());
      }
    }
    return texts;
  }

  private JsonArray array(String... path) {
    return find(path)
        .filter(JsonElement::isJsonArray)
        .map(JsonElement::getAsJsonArray)
        .orElseGet(JsonArray::new);
  }

  /**
   * A member as it is.
   *
   * @param path the names on the way
   * @return the value; empty where there is none
   */
  public Optional<JsonElement> find(String... path) {
    JsonElement current = json;
    for (String name : path) {
      if (!current.isJsonObject() || !current.getAsJsonObject().has(name)) {
        return Optional.empty();
      }
      current = current.getAsJsonObject().get(name);
    }
    return current.isJsonNull() ? Optional.empty() : Optional.of(current);
  }

  /**
   * When the version was published.
   *
   * @return the time, null where there is none
   */
  public @Nullable Instant date() {
    try {
      return text("date").map(Instant::parse).orElse(null);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * The files of the version besides the record.
   *
   * @return the files; none if the record names none
   */
  public List<PublishedFile> files() {
    List<PublishedFile> files = new ArrayList<>();
    for (JsonObject file : objects("result", "files")) {
      Provenance one = new Provenance(file);
      files.add(new PublishedFile(
          one.text("path").orElse(""),
          one.number("size").orElse(-1),
          one.text("sha256").orElse("")));
    }
    return files;
  }

  /**
   * Whether these are all files of the version, by their sizes.
   *
   * @param sizes the sizes of what lies in its directory, by path
   * @return true if none is missing or of another size
   */
  boolean isWhole(Map<String, Long> sizes) {
    List<PublishedFile> files = files();
    Map<String, Long> named = new HashMap<>();
    files.forEach(file -> named.put(file.path(), file.size()));
    return !files.isEmpty()
        && named.entrySet().stream()
            .allMatch(file -> file.getValue().equals(sizes.get(file.getKey())));
  }
}
