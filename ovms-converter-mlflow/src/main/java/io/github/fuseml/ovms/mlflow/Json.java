package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What is in a server's answer, where it is of the kind that it should be. */
final class Json {
  private Json() {}

  /** The text at the end of a path of member names; also a number's. */
  static Optional<String> text(JsonObject object, String... path) {
    JsonElement at = object;
    for (String name : path) {
      at = at.isJsonObject() ? at.getAsJsonObject().get(name) : null;
      if (at == null) {
        return Optional.empty();
      }
    }
    return at.isJsonPrimitive()
        ? Optional.of(at.getAsString()).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  /** A number; empty when it is none. */
  static Optional<Long> number(JsonObject object, String name) {
    try {
      return text(object, name).map(Long::parseLong);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  static boolean flag(JsonObject object, String name) {
    return text(object, name).filter("true"::equals).isPresent();
  }

  /** The objects of a list; none where there is no such list. */
  static List<JsonObject> list(JsonObject object, String name) {
    JsonElement list = object.get(name);
    if (list == null || !list.isJsonArray()) {
      return List.of();
    }
    return StreamSupport.stream(list.getAsJsonArray().spliterator(), false)
        .filter(JsonElement::isJsonObject)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}
