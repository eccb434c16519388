package io.github.fuseml.ovms.core.internal.detect.mlflow;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model's signature: a map in the YAML whose values are JSON texts. */
final class MlflowSignature {
  private MlflowSignature() {}

  /** The signature as one JSON object; empty when there is none, or it is no JSON. */
  static Optional<String> read(@Nullable Object signature) {
    if (!(signature instanceof Map<?, ?> parts)) {
      return Optional.empty();
    }
    JsonObject whole = new JsonObject();
    for (String key : new String[] {"inputs", "outputs", "params"}) {
      if (parts.get(key) instanceof String text) {
        try {
          JsonElement part = JsonParser.parseString(text);
          if (!part.isJsonNull()) {
            whole.add(key, part);
          }
        } catch (JsonParseException e) {
          // It is for people only; a model is not refused for it.
        }
      }
    }
    return whole.isEmpty() ? Optional.empty() : Optional.of(whole.toString());
  }
}
